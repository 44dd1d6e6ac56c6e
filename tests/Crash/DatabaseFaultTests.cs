using System.Text;
using Npgsql;
using Strata.Crash.Life;
using Strata.Servers;

namespace Strata.Crash.Tests;

/// <summary>A life in which the database goes away or its answers are lost. Nobody helps: the same process goes on, and its caller asks again with the same command ids.</summary>
[Collection(Postgres.Collection)]
public sealed class DatabaseFaultTests(PostgresServer server)
{
    /// <summary>What a registration's append says, and what an evaluation's does.</summary>
    private const string Registration = "call-2";
    private const string Evaluation = "derivation_done";

    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Registration)]
    [InlineData(Evaluation)]
    public Task The_database_gone_for_ten_seconds_loses_and_doubles_nothing(string sent) => OutliveAsync(async (life, database, proxy) =>
    {
        var lost = proxy.LoseCall(Encoding.UTF8.GetBytes(sent));
        var living = life.OutliveAsync();
        await Task.WhenAny(lost, living);
        lost.IsCompleted.ShouldBeTrue($"the life ended without {sent}");
        await proxy.GoAwayAsync();
        var commands = await CommandsAsync(database);

        await Task.Delay(Gone, Token);

        (await CommandsAsync(database)).ShouldBe(commands);
        living.IsCompleted.ShouldBeFalse("it waits for the database");
        proxy.ComeBack();
        var lived = await living;
        (await CommandsAsync(database)).Count.ShouldBeGreaterThan(commands.Count);
        return lived;
    });

    [Fact]
    public Task A_connection_cut_right_after_COMMIT_on_the_whole_path_loses_and_doubles_nothing() => OutliveAsync(async (life, _, proxy) =>
    {
        proxy.CutAfter("from strata.append("u8, int.MaxValue, every: 2);

        var lived = await life.OutliveAsync();

        proxy.HasCut("call-1"u8).ShouldBeTrue("a registration was cut off");
        proxy.HasCut("derivation_done"u8).ShouldBeTrue("an evaluation was cut off");
        return lived;
    });

    private async Task OutliveAsync(Func<LifeProcess, PostgresDatabase, CuttingProxy, Task<(IReadOnlyList<string> Lines, Account Stands)>> live)
    {
        var reference = await InFolderAsync((folder, database) => new LifeProcess(folder, Pooled(database).ConnectionString).RecoverAsync());
        var verdict = await InFolderAsync(async (folder, database) =>
        {
            var through = Pooled(database);
            await using var proxy = new CuttingProxy(through.Host!, through.Port);
            (through.Host, through.Port) = ("127.0.0.1", proxy.Port);
            var (lines, stands) = await live(new LifeProcess(folder, through.ConnectionString), database, proxy);
            return await Verdict.OfAsync(lines, stands, reference, folder);
        });
        verdict.ShouldBeClean(TestContext.Current.Test!.TestDisplayName);
    }

    private async Task<T> InFolderAsync<T>(Func<string, PostgresDatabase, Task<T>> live)
    {
        await using var database = await server.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("strata-database-fault-").FullName;
        try
        {
            return await live(folder, database);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As the program connects where nobody says otherwise.</summary>
    private static NpgsqlConnectionStringBuilder Pooled(PostgresDatabase database) => new(database.ConnectionString) { Pooling = true };

    private static Task<List<string>> CommandsAsync(PostgresDatabase database) => database.ReadAsync("select command_id from strata.commands order by command_id");
}

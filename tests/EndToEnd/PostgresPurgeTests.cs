using System.Text;
using Strata.Cli;
using Strata.Servers;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>Two processes with tables of their own over one database, of which one is not there while the other purges. Source: DESIGN §5, §8.</summary>
public sealed class PostgresPurgeTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Secret = "the_operators_own_name";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-postgres-purge-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tables_of_a_process_that_was_stopped_during_a_purge_are_gone_before_its_next_answer()
    {
        await using var database = await server.CreateDatabaseAsync();
        long before;
        await using (var away = await StartAsync(database, "away"))
        {
            await away.RegisterAsync("arms", [SmallRecordings.WriteProperties(_folder, "gone", Secret), SmallRecordings.WriteProperties(_folder, "stays", "kept_name")], wait: true, rules: RuleSets.None);
            before = await away.Log.HeadAsync(Token);
            (await RowsAsync(away, before)).ShouldContain(Secret);
        }

        Held().ShouldNotBeEmpty("or there is nothing to drop");
        await using (var here = await StartAsync(database, "here"))
        {
            await here.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest("arms", "gone", "asked for it"), NoProgress.Instance, Token);
            Held().ShouldNotBeEmpty("nobody reaches them from here");
        }

        await using var back = await StartAsync(database, "away");
        var rows = await RowsAsync(back, before);

        rows.ShouldContain("kept_name");
        rows.ShouldNotContain(Secret);
        Held().ShouldBeEmpty();
        (await back.Operations.RunAsync(RebuildOperation.Route, new RebuildRequest(Verify: true), NoProgress.Instance, Token)).Differences.ShouldBeEmpty();
    }

    private string[] Held() =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder, "away", "readmodels")).Where(f => Bytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0)];

    private static byte[] Bytes(string file)
    {
        using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var all = new byte[bytes.Length];
        bytes.ReadExactly(all);
        return all;
    }

    /// <summary>The copies of both lie in one folder.</summary>
    private Task<StrataInProcess> StartAsync(PostgresDatabase database, string name) => StrataInProcess.StartAsync(
        Roles.Worker, Path.Combine(_folder, name), settings:
        [
            ("Strata:EventStore:ConnectionString", database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase)),
            ("Strata:Recordings:Folder", Path.Combine(_folder, "recordings")),
        ]);

    private static async Task<string> RowsAsync(StrataInProcess strata, long asOf) =>
        (await strata.Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest("arms", AsOf: $"{asOf}"), NoProgress.Instance, Token)).Rows.ToJsonElement().GetRawText();
}

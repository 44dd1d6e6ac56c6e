using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using Strata.Cli;
using Strata.Servers;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>Two processes with tables of their own over one database, of which one is not there while the other purges. Source: DESIGN §5, §8.</summary>
public sealed partial class PostgresPurgeTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
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

    [Fact]
    public async Task Of_what_was_purged_nothing_is_left_in_the_files_of_the_tables()
    {
        Assert.SkipWhen(server.ControlAbsence is not null, server.ControlAbsence ?? "");
        await using var database = await server.CreateDatabaseAsync();
        await using var strata = await StartAsync(database, "here");
        await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(_folder, "gone", Secret), SmallRecordings.WriteProperties(_folder, "stays", "kept_name")], wait: true, rules: RuleSets.None);
        await database.ExecuteAsync("insert into strata.blobs select sha256(convert_to(i::text, 'UTF8')), convert_to('another_name_' || i, 'UTF8') from generate_series(1, 20) i");
        await database.ExecuteAsync("analyze strata.blobs");
        await database.ExecuteAsync("checkpoint");
        (await SamplesAsync(database)).ShouldHaveSingleItem("ANALYZE keeps contents too");
        TableFilesWith(Secret).ShouldNotBeEmpty("or there is nothing to erase");

        await strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest("arms", "gone", "asked for it"), NoProgress.Instance, Token);

        await database.ExecuteAsync("checkpoint");
        TableFilesWith(Secret).ShouldBeEmpty();
        TableFilesWith("kept_name").ShouldNotBeEmpty();
        await database.ExecuteAsync("analyze strata.blobs");
        (await SamplesAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_could_see_the_purged_contents_still_is_waited_for_or_they_would_be_written_into_the_new_file_too()
    {
        Assert.SkipWhen(server.ControlAbsence is not null, server.ControlAbsence ?? "");
        await using var database = await server.CreateDatabaseAsync();
        await using var strata = await StartAsync(database, "here");
        await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(_folder, "gone", Secret)], wait: true, rules: RuleSets.None);
        await using var earlier = await database.ConnectAsync();
        await earlier.ExecuteAsync("begin isolation level repeatable read");
        await earlier.RowsAsync("select version from strata.schema_version");

        var purge = strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest("arms", "gone", "asked for it"), NoProgress.Instance, Token);
        var looks = new HashSet<string>();
        while (!purge.IsCompleted && looks.Count < 3)
        {
            // Each look at the earlier transactions has a start of its own: who looks again and again waits.
            looks.UnionWith(await database.ReadAsync("select query_start from pg_stat_activity where pid <> pg_backend_pid() and query like '%virtualxid%'"));
            Token.ThrowIfCancellationRequested();
        }

        purge.IsCompleted.ShouldBeFalse();
        await earlier.ExecuteAsync("commit");
        await purge;

        await database.ExecuteAsync("checkpoint");
        TableFilesWith(Secret).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_does_not_own_the_table_does_not_say_that_all_is_done_until_its_owner_has_written_it_anew()
    {
        await using var database = await server.CreateDatabaseAsync();
        await (await StartAsync(database, "owner")).DisposeAsync();
        var app = $"app_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"create role {app} login password 'app'");
        try
        {
            foreach (var grants in Grants().Matches(await File.ReadAllTextAsync(Path.Combine(Samples.Repository, "docs", "postgres.md"), Token)).Select(m => m.Value.ReplaceLineEndings(" ")))
            {
                await database.ExecuteAsync(grants.Replace("strata_app", app, StringComparison.Ordinal));
            }

            await using var strata = await StartAsync(database, "app", new NpgsqlConnectionStringBuilder(database.PooledConnectionString) { Username = app, Password = "app" }.ConnectionString);
            await strata.RegisterAsync("arms", [SmallRecordings.WriteProperties(_folder, "gone", Secret)], wait: true, rules: RuleSets.None);
            (await strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest("arms", "gone", "asked for it"), NoProgress.Instance, Token)).Leftover.ShouldNotBeNull().ShouldContain("VACUUM FULL strata.blobs");
            (await LastOfHistoryAsync(strata)).ShouldContain("is not overwritten until the owner runs VACUUM FULL strata.blobs");
            (await UnfinishedAsync(strata)).Leftover.ShouldNotBeNull();

            await database.ExecuteAsync("vacuum full strata.blobs");

            (await LastOfHistoryAsync(strata)).ShouldEndWith("; that is done");
            (await UnfinishedAsync(strata)).Leftover.ShouldBeNull();
        }
        finally
        {
            await database.ExecuteAsync($"drop owned by {app}; drop role {app}");
        }
    }

    private static Task<List<string>> SamplesAsync(PostgresDatabase database) => database.ReadAsync("select 1 from pg_stats where schemaname = 'strata' and tablename = 'blobs' and attname = 'content'");

    private static async Task<string> LastOfHistoryAsync(StrataInProcess strata) =>
        (await strata.Operations.RunAsync(HistoryOperation.Route, new HistoryRequest("arms", "gone"), NoProgress.Instance, Token)).Events[^1].Text;

    private static Task<ListUnfinishedPurgesResponse> UnfinishedAsync(StrataInProcess strata) =>
        strata.Operations.RunAsync(ListUnfinishedPurgesOperation.Route, new ListUnfinishedPurgesRequest(), NoProgress.Instance, Token);

    private string[] TableFilesWith(string text) =>
        [.. Directory.EnumerateFiles(server.TablesFolder, "*", SearchOption.AllDirectories).Where(f => Bytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)];

    [GeneratedRegex(@"^grant [^;]* to strata_app;", RegexOptions.Multiline)]
    private static partial Regex Grants();

    private string[] Held() =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder, "away", "readmodels"), "*", SearchOption.AllDirectories).Where(f => Bytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0)];

    private static byte[] Bytes(string file)
    {
        using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var all = new byte[bytes.Length];
        bytes.ReadExactly(all);
        return all;
    }

    /// <summary>The copies of both lie in one folder.</summary>
    private Task<StrataInProcess> StartAsync(PostgresDatabase database, string name, string? connection = null) => StrataInProcess.StartAsync(
        Roles.Worker, Path.Combine(_folder, name), settings:
        [
            ("Strata:EventStore:ConnectionString", connection ?? database.PooledConnectionString),
            ("Strata:Recordings:Folder", Path.Combine(_folder, "recordings")),
        ]);

    private static async Task<string> RowsAsync(StrataInProcess strata, long asOf) =>
        (await strata.Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest("arms", AsOf: $"{asOf}"), NoProgress.Instance, Token)).Rows.ToJsonElement().GetRawText();
}

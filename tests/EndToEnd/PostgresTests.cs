using System.Text.Json;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>The main job with the event log in PostgreSQL: the data directory holds recordings and read models only.</summary>
public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Dataset = "sample_5";

    /// <summary>A gauge that never shows what it should is a failure.</summary>
    private const int Patience = 120_000;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-postgres-e2e-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Layers_appear_tables_outlive_a_restart_and_a_rebuild_finds_no_difference()
    {
        await using var database = await server.CreateDatabaseAsync();
        JsonElement before;
        await using (var first = await ServeAsync(database))
        {
            await StrataProgram.JsonAsync(_data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");
            before = await StrataProgram.JsonAsync(_data, 0, "segments", Dataset);
            before.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
            (await first.TerminateAsync()).ShouldBe(0);
        }

        File.Exists(Path.Combine(_data, "log.db")).ShouldBeFalse();
        (await database.ReadAsync("select count(*) from mt_events where type = 'layer_registered'")).ShouldBe(["15"]);
        await using (await ServeAsync(database))
        {
            (await StrataProgram.JsonAsync(_data, 0, "segments", Dataset)).GetRawText().ShouldBe(before.GetRawText());
            var rebuilt = await StrataProgram.JsonAsync(_data, 0, "rebuild", "--verify");
            rebuilt.GetProperty("differences").GetArrayLength().ShouldBe(0);
            rebuilt.GetProperty("events").GetInt64().ShouldBe(long.Parse((await database.ReadAsync("select count(*) from mt_events")).Single()));
        }
    }

    [Fact]
    public async Task Who_was_answered_sees_it_although_an_append_with_a_smaller_number_has_not_ended()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var serving = await ServeAsync(database);
        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        await using var open = await database.ConnectAsync();
        await open.ExecuteAsync("begin; select strata.take(1)");

        var registering = StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[1], "--dataset", "another", "--wait");
        while ((await database.ReadAsync("select count(*) from mt_events where type = 'dataset_created' and data ->> 'name' = 'another'")).Single() == "0")
        {
            registering.IsCompleted.ShouldBeFalse();
        }

        // While another command runs from its start to its end the pin is asked for, and waits.
        var pinning = StrataProgram.JsonAsync(_data, 0, "dataset", "pin", "another", "--as", "kept");
        var held = (await StrataProgram.JsonAsync(_data, 0, "projections"))[0].GetProperty("held_back");
        held.GetProperty("numbers").GetInt64().ShouldBeGreaterThan(1);
        held.GetProperty("holder").GetString().ShouldStartWith($"server process {open.ProcessID}");
        (registering.IsCompleted, pinning.IsCompleted).ShouldBe((false, false));
        await open.ExecuteAsync("rollback");

        await registering;
        var pinned = (await pinning).GetProperty("position").GetInt64();
        (await StrataProgram.JsonAsync(_data, 0, "segments", "kept")).GetArrayLength().ShouldBe(1, $"the pin is at {pinned}");
        (await StrataProgram.JsonAsync(_data, 0, "segments", "another")).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(["base, tracking_error, quality"]);
    }

    [Fact(Timeout = Patience)]
    public async Task While_something_is_held_back_strata_projections_and_the_gauge_say_how_much_and_by_whom_and_afterwards_nothing()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var serving = await ServeAsync(database);
        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        (await WithheldAsync(serving)).ShouldBe(0);
        await using var open = await database.ConnectAsync();
        await open.ExecuteAsync("begin; select strata.take(1)");
        var registering = StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[1], "--dataset", "another", "--wait");

        while ((await database.ReadAsync("select count(*) from mt_events where type = 'layer_registered' and data ->> 'storageUrl' like '%" + Path.GetFileName(Samples.Files[1]) + "'")).Single() == "0")
        {
            registering.IsCompleted.ShouldBeFalse();
        }

        var line = (await StrataProgram.JsonAsync(_data, 0, "projections"))[0];
        var withheld = line.GetProperty("held_back").GetProperty("numbers").GetInt64();
        withheld.ShouldBeGreaterThanOrEqualTo(1);
        while (await WithheldAsync(serving) != withheld)
        {
            registering.IsCompleted.ShouldBeFalse();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        line.GetProperty("lag").GetInt64().ShouldBe(0, "what readers may see is shown");
        (await StrataProgram.RunAsync(_data, "projections")).Out.ShouldContain($"{withheld} positions behind the head are shown to nobody yet: an append has not ended (server process {open.ProcessID}");
        await open.ExecuteAsync("rollback");

        await registering;
        (await StrataProgram.RunAsync(_data, "projections")).Out.ShouldNotContain("shown to nobody");
        while (await WithheldAsync(serving) != 0)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_command_without_a_server_works_on_the_same_database_from_another_data_directory()
    {
        await using var database = await server.CreateDatabaseAsync();
        (await RunAsync(_data, database, "register", Samples.Files[0], "--dataset", Dataset, "--wait")).Code.ShouldBe(0);

        // Read models are each process's own: another directory's are folded from the same log.
        var elsewhere = Path.Combine(_data, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        var listed = await RunAsync(elsewhere, database, "segments", Dataset, "--json");
        listed.Code.ShouldBe(0, listed.Error);
        JsonElement.Parse(listed.Out).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(["base, tracking_error, quality"]);
    }

    [Fact]
    public async Task A_log_goes_from_SQLite_to_PostgreSQL_and_back_with_equal_digests_of_every_table()
    {
        await using var database = await server.CreateDatabaseAsync();
        var (first, second, third) = (Path.Combine(_data, "1"), Path.Combine(_data, "2"), Path.Combine(_data, "3"));
        var (there, back) = (Path.Combine(_data, "there.ndjson"), Path.Combine(_data, "back.ndjson.gz"));
        await StrataProgram.JsonAsync(first, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");
        await StrataProgram.JsonAsync(first, 0, "unregister", Dataset, "--segment", Samples.Segments[0], "--layer", "base");
        await StrataProgram.JsonAsync(first, 0, "log", "export", there);

        (await RunAsync(second, database, "log", "import", there)).Code.ShouldBe(0);
        (await RunAsync(second, database, "log", "export", back)).Code.ShouldBe(0);
        await StrataProgram.JsonAsync(third, 0, "log", "import", back);

        var digests = (await StrataProgram.JsonAsync(first, 0, "rebuild", "--verify")).GetProperty("digests").GetRawText();
        JsonElement.Parse((await RunAsync(second, database, "rebuild", "--verify", "--json")).Out).GetProperty("digests").GetRawText().ShouldBe(digests);
        (await StrataProgram.JsonAsync(third, 0, "rebuild", "--verify")).GetProperty("digests").GetRawText().ShouldBe(digests);
        (await RunAsync(second, database, "register", Samples.Files[0], "--dataset", Dataset, "--wait")).Code.ShouldBe(0, "the imported log goes on");
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_in_one_line_without_the_password()
    {
        var nowhere = new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__EventStore__ConnectionString"] = "Host=127.0.0.1;Port=1;Database=strata;Username=u;Password=hunter2" };

        // A process of its own: what is logged goes to its console, too.
        var refused = await StrataProgram.RunAsync(StrataProgram.StartInfo(_data, nowhere, "register", Samples.Files[0], "--dataset", Dataset));

        refused.Code.ShouldBe(1);
        refused.Error.TrimEnd().ShouldStartWith("strata: 127.0.0.1:1/strata: the database does not answer");
        refused.Error.TrimEnd().ShouldNotContain('\n');
        refused.Error.ShouldNotContain("hunter2");
    }

    private static async Task<long> WithheldAsync(StrataServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        var metrics = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        var line = metrics.Split('\n').First(l => l.StartsWith("strata_projections_withheld{", StringComparison.Ordinal));
        return long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<StrataServerProcess> ServeAsync(PostgresDatabase database) => StrataServerProcess.StartAsync(_data, Setting(database));

    private static Task<ProgramResult> RunAsync(string data, PostgresDatabase database, params string[] arguments) => StrataProgram.RunAsync(data, Setting(database), arguments);

    internal static Dictionary<string, string> Setting(PostgresDatabase database) =>
        new(StringComparer.Ordinal) { ["Strata__EventStore__ConnectionString"] = database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase) };
}

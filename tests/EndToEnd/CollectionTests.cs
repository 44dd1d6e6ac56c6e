using System.Text.Json;
using Strata.Cli;
using Strata.Servers;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata dataset retain</c>, <c>gc</c> and <c>du</c>, with the log in SQLite and in PostgreSQL.</summary>
public sealed class CollectionTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Dataset = "arm";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-gc-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_replaced_goes_when_its_retention_is_over_and_a_dry_run_says_exactly_what(bool inPostgres)
    {
        await using var database = inPostgres ? await server.CreateDatabaseAsync() : null;
        var (old, now) = (SmallRecordings.Write(_folder, "run_1", 0.1, 0.2), SmallRecordings.Write(_folder, "run_1", 0.5, 0.6));
        await JsonAsync(database, "register", old, "--dataset", Dataset, "--wait");
        await JsonAsync(database, "register", now, "--dataset", Dataset, "--on-duplicate", "replace", "--wait");
        Files(await JsonAsync(database, "gc")).ShouldBeEmpty("without a declaration everything is kept for ever");

        (await JsonAsync(database, "dataset", "retain", Dataset, "--superseded", "0")).GetProperty("superseded_for_ns").GetInt64().ShouldBe(0);
        (await JsonAsync(database, "dataset", "list"))[0].GetProperty("superseded").GetString().ShouldBe("0");
        var before = Kept();
        var planned = await JsonAsync(database, "gc", "--dry-run");
        Kept().ShouldBe(before, "a dry run changes nothing");
        var usage = await JsonAsync(database, "du");
        var removed = await JsonAsync(database, "gc");

        Files(removed).ShouldBe(Files(planned));
        Files(removed).Count.ShouldBe(3, "the base layer and the two that were derived from it");
        removed.GetProperty("size_bytes").GetInt64().ShouldBe(usage.GetProperty("total").GetProperty("collectable_bytes").GetInt64());
        before.Except(Kept()).ShouldBe(Files(removed), ignoreOrder: true);
        Files(await JsonAsync(database, "gc")).ShouldBeEmpty();
        (await JsonAsync(database, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(3);
        (await JsonAsync(database, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        (await JsonAsync(database, "history", Dataset, "run_1")).EnumerateArray().Count(e => e.GetProperty("type").GetString() == "bytes_released").ShouldBe(3);

        // Who brings the old content again has its bytes kept anew.
        (await JsonAsync(database, "register", old, "--dataset", "other"))[0].GetProperty("status").GetString().ShouldBe("registered");
        (await JsonAsync(database, "verify", "other", "run_1", "base")).GetProperty("equal").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_pinned_state_keeps_its_bytes_and_why_of_one_that_was_let_go_of_says_so()
    {
        foreach (var (at, error) in new[] { 0.1, 0.2, 0.3 }.Index())
        {
            await JsonAsync(null, "register", SmallRecordings.Write(_folder, "run_1", error, 0.6), "--dataset", Dataset, "--rules", "none", "--on-duplicate", at == 0 ? "known" : "replace");
        }

        var registered = (await JsonAsync(null, "history", Dataset, "run_1")).EnumerateArray().Select(e => e.GetProperty("position").GetInt64()).ToArray();
        await JsonAsync(null, "dataset", "pin", Dataset, "--as", "model_7", "--at", $"{registered[0]}");
        await JsonAsync(null, "dataset", "retain", Dataset, "--superseded", "0");

        Files(await JsonAsync(null, "gc")).Count.ShouldBe(1, "the second; the first is pinned and the third stands");

        var lost = await StrataProgram.RunAsync(Data, "why", Dataset, "run_1", "--as-of", $"{registered[1]}");
        lost.Out.ShouldContain("its bytes were let go of by gc on");
        (await StrataProgram.RunAsync(Data, "why", "model_7", "run_1")).Out.ShouldNotContain("let go of");
        await JsonAsync(null, "dataset", "delete", "model_7");
        Files(await JsonAsync(null, "gc")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_pins_a_state_whose_bytes_gc_let_go_of_is_told_of_how_many_layers_and_by_which_retention()
    {
        foreach (var (segment, errors) in new[] { ("run_1", new[] { 0.1, 0.2 }), ("run_2", [0.3, 0.4]), ("run_3", [0.5]) })
        {
            foreach (var (at, error) in errors.Index())
            {
                await JsonAsync(null, "register", SmallRecordings.Write(_folder, segment, error, 0.6), "--dataset", Dataset, "--rules", "none", "--on-duplicate", at == 0 ? "known" : "replace");
            }
        }

        var then = (await JsonAsync(null, "history", Dataset, "run_2")).EnumerateArray().First(e => e.GetProperty("type").GetString() == "layer_registered").GetProperty("position").GetInt64();
        await JsonAsync(null, "dataset", "retain", Dataset, "--superseded", "0");
        await JsonAsync(null, "gc");
        await JsonAsync(null, "dataset", "retain", Dataset, "--superseded", "30d");

        var pinned = await JsonAsync(null, "dataset", "pin", Dataset, "--as", "model_7", "--at", $"{then}");

        // As of then the second of run_1 stood, and the first of run_2, which was let go of; the second of run_1 stands still.
        pinned.GetProperty("layers").GetInt32().ShouldBe(2);
        var letGo = pinned.GetProperty("let_go").EnumerateArray().ShouldHaveSingleItem();
        (letGo.GetProperty("layers").GetInt32(), letGo.GetProperty("superseded").GetString()).ShouldBe((1, "0"));
        pinned.GetProperty("purged_segments").GetInt32().ShouldBe(0);
        var text = await StrataProgram.RunAsync(Data, "dataset", "pin", Dataset, "--as", "model_8", "--at", $"{then}");
        (text.Code, text.Out).ShouldSatisfyAllConditions(
            r => r.Code.ShouldBe(0),
            r => r.Out.ShouldContain("of the 2 layers that it shows 1 has no bytes any more: 'strata gc' let go of 1 under the retention '--superseded 0'"));
        (await StrataProgram.RunAsync(Data, "dataset", "pin", Dataset, "--as", "now")).Out.ShouldNotContain("no bytes");

        // Registered again, it is there again, for pins too.
        await JsonAsync(null, "register", SmallRecordings.Write(_folder, "run_2", 0.3, 0.6), "--dataset", "other", "--rules", "none");
        (await JsonAsync(null, "dataset", "pin", Dataset, "--as", "model_9", "--at", $"{then}")).GetProperty("let_go").GetArrayLength().ShouldBe(0);
        await JsonAsync(null, "purge", Dataset, "run_1", "--reason", "asked for it");
        (await JsonAsync(null, "dataset", "pin", Dataset, "--as", "model_10", "--at", $"{then}")).GetProperty("purged_segments").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_backup_tells_what_was_let_go_of_from_what_is_lost_and_restores_without_either()
    {
        var (backup, restored) = (Path.Combine(_folder, "backup"), Path.Combine(_folder, "restored"));
        foreach (var segment in new[] { "run_1", "run_2", "run_3" })
        {
            await JsonAsync(null, "register", SmallRecordings.Write(_folder, segment, 0.1), "--dataset", Dataset, "--rules", "none");
        }

        await JsonAsync(null, "dataset", "retain", Dataset, "--superseded", "0");
        await JsonAsync(null, "unregister", Dataset, "--segment", "run_1", "--layer", "base");
        await JsonAsync(null, "gc");

        var made = await JsonAsync(null, "backup", backup);
        (made.GetProperty("files").GetInt64(), made.GetProperty("released").GetInt64(), made.GetProperty("missing").GetArrayLength()).ShouldBe((2, 1, 0));
        await StrataProgram.JsonAsync(restored, 0, "restore", backup);
        (await StrataProgram.JsonAsync(restored, 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(2);

        var lost = Path.Combine(Data, Kept()[0]);
        File.Delete(lost);
        (await StrataProgram.JsonAsync(Data, 1, "backup", backup + "-2")).GetProperty("missing").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Du_counts_a_shared_file_once_in_the_total_and_references_apart()
    {
        var (shared, referenced) = (SmallRecordings.Write(_folder, "run_1", 0.1), SmallRecordings.Write(_folder, "run_2", 0.1));
        await JsonAsync(null, "dataset", "create", "far", "--keep", "reference", "--rules", "none");
        await JsonAsync(null, "register", referenced, "--dataset", "far");
        await JsonAsync(null, "register", shared, "--dataset", Dataset, "--rules", "none");
        await JsonAsync(null, "register", shared, "--dataset", "other", "--rules", "none");

        var usage = await JsonAsync(null, "du");
        var size = new FileInfo(shared).Length;
        usage.GetProperty("groups").EnumerateArray().Select(g => (g.GetProperty("name").GetString(), g.GetProperty("standing_bytes").GetInt64())).ShouldBe([(Dataset, size), ("other", size)]);
        (usage.GetProperty("total").GetProperty("size_bytes").GetInt64(), usage.GetProperty("shared_bytes").GetInt64()).ShouldBe((size, size));
        (usage.GetProperty("references").GetInt64(), usage.GetProperty("referenced_bytes").GetInt64()).ShouldBe((1, new FileInfo(referenced).Length));
        usage.GetProperty("log_bytes").GetInt64().ShouldBeGreaterThan(0);

        foreach (var by in new[] { "dataset", "layer", "robot" })
        {
            var shown = await StrataProgram.RunAsync(Data, "du", "--by", by);
            shown.Code.ShouldBe(0, shown.Error);
            shown.Out.ShouldContain("total");
            shown.Out.ShouldContain("not in the total: 1 file elsewhere");
        }
    }

    [Fact]
    public async Task What_a_killed_run_said_and_did_not_remove_goes_at_the_next_start_of_the_server()
    {
        var recording = SmallRecordings.Write(_folder, "run_1", 0.1);
        await JsonAsync(null, "register", recording, "--dataset", Dataset, "--rules", "none");
        await JsonAsync(null, "dataset", "retain", Dataset, "--superseded", "0");
        await JsonAsync(null, "unregister", Dataset, "--segment", "run_1", "--layer", "base");
        var file = Path.Combine(Data, Files(await JsonAsync(null, "gc")).ShouldHaveSingleItem());

        // As a kill leaves it: said in the log, still there, and the mark lies beside the folder.
        File.Copy(recording, file);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-5));
        await File.WriteAllBytesAsync(Path.Combine(Data, "recordings.removing"), [], TestContext.Current.CancellationToken);
        var removed = new TaskCompletionSource();
        using var watch = new FileSystemWatcher(Path.GetDirectoryName(file)!) { EnableRaisingEvents = true };
        watch.Deleted += (_, _) => removed.TrySetResult();
        await using (await StrataServerProcess.StartAsync(Data))
        {
            await removed.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Files(await JsonAsync(null, "gc")).ShouldBeEmpty();
        }

        File.Exists(file).ShouldBeFalse();
        File.Exists(Path.Combine(Data, "recordings.removing")).ShouldBeFalse();
        (await JsonAsync(null, "history", Dataset, "run_1")).EnumerateArray().Count(e => e.GetProperty("type").GetString() == "bytes_released").ShouldBe(1);
    }

    [Fact]
    public async Task Verify_of_a_layer_whose_input_was_let_go_of_before_it_was_derived_anew_says_so()
    {
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, "run_1", 0.1, 0.2)], wait: true);
        }

        await using var idle = await StrataInProcess.StartAsync(Roles.Registrar | Roles.Projections, Data);
        await idle.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, "run_1", 0.5, 0.6)], wait: false, onDuplicate: "replace");
        await idle.Operations.RunAsync(RetainDatasetOperation.Route, new(Dataset, "0"), NoProgress.Instance, TestContext.Current.CancellationToken);
        (await idle.Operations.RunAsync(CollectOperation.Route, new(), NoProgress.Instance, TestContext.Current.CancellationToken)).Files.ShouldHaveSingleItem().Reason.ShouldBe("superseded");

        var verified = await idle.Operations.RunAsync(VerifyOperation.Route, new(Dataset), NoProgress.Instance, TestContext.Current.CancellationToken);

        var different = verified.Different.ShouldHaveSingleItem();
        different.Layer.ShouldBe("tracking_error");
        different.Found.ShouldStartWith("layer 'base' of fingerprint ");
        different.Found.ShouldContain("its bytes were let go of by gc on ");
    }

    private static IReadOnlyList<string> Files(JsonElement collected) => [.. collected.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("file").GetString()!)];

    private string[] Kept() => [.. Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Data, f)).Order(StringComparer.Ordinal)];

    private Task<JsonElement> JsonAsync(PostgresDatabase? database, params string[] arguments) => database is null
        ? StrataProgram.JsonAsync(Data, 0, arguments)
        : StrataProgram.JsonAsync(Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__EventStore__ConnectionString"] = database.ConnectionString }, 0, arguments);
}

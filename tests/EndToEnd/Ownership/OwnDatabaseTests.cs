using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore.Postgres;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Ownership;

/// <summary>Several processes on one database: they work on the same recordings, or do not start.</summary>
public sealed class OwnDatabaseTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Dataset = "arm";
    private const int Starting = 10;

    /// <summary>Several starts, and sweeps of the work list.</summary>
    private const int Patience = 180_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-owner-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_server_with_a_folder_of_its_own_is_refused_in_words_and_starts_with_the_shared_one()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var first = await StrataServerProcess.StartAsync(DataOf("first"), Settings(database));
        await StrataProgram.JsonAsync(DataOf("first"), 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");

        var refused = await RunAsync("second", Settings(database), "serve", "--listen", "127.0.0.1:0");

        refused.Code.ShouldBe(1, refused.Error);
        refused.Error.ShouldContain($"lie elsewhere: expected a place with the id {IdIn(DataOf("first"))}, found {DataOf("second")}/recordings without one and empty");
        refused.Error.ShouldContain("Next: set Strata__Recordings__Folder, or Strata__Recordings__S3__Bucket");
        (await RunAsync("third", Settings(database), "register", Samples.Files[1], "--dataset", Dataset)).Code.ShouldBe(1);
        Directory.Exists(Path.Combine(DataOf("third"), "recordings")).ShouldBeFalse("nothing was kept");

        await using var second = await StrataServerProcess.StartAsync(DataOf("second"), Settings(database, Path.Combine(DataOf("first"), "recordings")));
        await StrataProgram.JsonAsync(DataOf("second"), 0, "register", Samples.Files[1], "--dataset", Dataset, "--wait");
        (await StrataProgram.JsonAsync(DataOf("first"), 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 2));
        (await database.ReadAsync("select count(*) from mt_events where type = 'derivation_skipped'")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Commands_that_only_read_tables_need_no_recordings()
    {
        await using var database = await server.CreateDatabaseAsync();
        (await RunAsync("first", Settings(database), "register", Samples.Files[0], "--dataset", Dataset)).Code.ShouldBe(0);
        Directory.CreateDirectory(DataOf("second"));

        var listed = await RunAsync("second", Settings(database), "segments", Dataset);
        listed.Code.ShouldBe(0, listed.Error);
        var verified = await RunAsync("second", Settings(database), "verify", Dataset, "--json");
        var told = verified.Out + verified.Error;
        (verified.Code, told.Contains("lie elsewhere", StringComparison.Ordinal), told.Contains("is missing", StringComparison.Ordinal)).ShouldBe((1, true, false), told);
    }

    [Fact]
    public async Task Ten_that_start_at_once_on_one_folder_agree_on_one_id()
    {
        await using var database = await server.CreateDatabaseAsync();

        (await Task.WhenAll(Enumerable.Range(0, Starting).Select(_ => IsAdmittedAsync(database, "shared")))).ShouldAllBe(admitted => admitted);

        (await database.ReadAsync("select state from strata.leased_states where name = 'recordings'")).ShouldBe([IdIn(DataOf("shared"))]);
    }

    [Fact]
    public async Task Of_ten_that_start_at_once_with_folders_of_their_own_one_starts()
    {
        await using var database = await server.CreateDatabaseAsync();

        var admitted = await Task.WhenAll(Enumerable.Range(0, Starting).Select(i => IsAdmittedAsync(database, $"own-{i}")));

        admitted.Count(a => a).ShouldBe(1);
        Enumerable.Range(0, Starting).Count(i => File.Exists(IdFileOf(DataOf($"own-{i}")))).ShouldBe(1);
    }

    [Fact]
    public async Task A_catalog_of_a_version_without_ids_is_adopted_silently_and_its_folders_copy_is_not()
    {
        await using var database = await server.CreateDatabaseAsync();
        (await RunAsync("first", Settings(database), "register", Samples.Files[0], "--dataset", Dataset, "--wait")).Code.ShouldBe(0);
        File.Delete(IdFileOf(DataOf("first")));
        await database.ExecuteAsync("delete from strata.leased_states where name = 'recordings'");

        (await RunAsync("other", Settings(database), "gc")).Error.ShouldContain($"expected files that its events name, found {DataOf("other")}/recordings empty");
        var adopted = await RunAsync("first", Settings(database), "register", Samples.Files[1], "--dataset", Dataset, "--wait");

        (adopted.Code, adopted.Error.Contains("recordings/store.id", StringComparison.Ordinal)).ShouldBe((0, false), adopted.Error);
        (await database.ReadAsync("select state from strata.leased_states where name = 'recordings'")).ShouldBe([IdIn(DataOf("first"))]);
    }

    [Fact]
    public async Task After_a_person_gave_the_log_another_folder_a_server_that_still_has_the_old_one_removes_nothing_there()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var old = await StrataServerProcess.StartAsync(DataOf("old"), Settings(database));
        await StrataProgram.JsonAsync(DataOf("old"), 0, "register", Samples.Files[0], "--dataset", Dataset, "--rules", "none");
        (await StrataProgram.JsonAsync(DataOf("old"), 0, "gc")).GetProperty("files").GetArrayLength().ShouldBe(0);
        var orphan = Path.Combine(DataOf("old"), "recordings", "00", $"{new string('0', 64)}.rrd");
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllTextAsync(orphan, "x", Token);
        File.SetLastWriteTimeUtc(orphan, DateTime.UtcNow - TimeSpan.FromDays(2));

        var adopted = await RunAsync("new", Settings(database), "recordings", "adopt", "--json");
        adopted.Code.ShouldBe(0, adopted.Error);

        var collected = await StrataProgram.RunAsync(DataOf("old"), "gc");
        (collected.Code, File.Exists(orphan)).ShouldBe((1, true), collected.Error + collected.Out);
        collected.Error.ShouldContain($"the recordings in {DataOf("old")}/recordings are not those of this log");
        (await RunAsync("new", Settings(database), "gc")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_whose_log_was_given_another_folder_keeps_nothing_more_and_is_told_everywhere_until_it_has_that_one()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using (var old = await StrataServerProcess.StartAsync(DataOf("old"), Settings(database)))
        {
            await StrataProgram.JsonAsync(DataOf("old"), 0, "register", Samples.Files[0], "--dataset", Dataset, "--rules", "none");
            var copy = Directory.GetFiles(Path.Combine(DataOf("old"), "recordings"), "*.rrd", SearchOption.AllDirectories).Single();

            var adopted = await JsonAsync("new", Settings(database), "recordings", "adopt");

            (adopted.GetProperty("named").GetInt64(), adopted.GetProperty("there").GetInt64()).ShouldBe((1, 0));
            adopted.GetProperty("missing").EnumerateArray().Single().GetString().ShouldBe($"recordings/{Path.GetFileName(copy)[..2]}/{Path.GetFileName(copy)}");
            var refused = await StrataProgram.RunAsync(DataOf("old"), "register", Samples.Files[1], "--dataset", Dataset);
            (refused.Code, (await database.ReadAsync("select count(*) from mt_events where type = 'layer_registered'")).Single()).ShouldBe((1, "1"), refused.Out);
            ShouldSaySo(refused.Error + refused.Out, adopted.GetProperty("id").GetString()!);
            ShouldSaySo((await StrataProgram.RunAsync(DataOf("old"), "doctor")).Out, adopted.GetProperty("id").GetString()!);

            using var http = new HttpClient { BaseAddress = old.Url };
            using var health = await http.GetAsync("/health", Token);
            health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await health.Content.ReadAsStringAsync(Token)).ShouldContain($"the recordings in {DataOf("old")}/recordings are not those of this log any more");
        }

        CopyRecordings("old", "new");
        await using (await StrataServerProcess.StartAsync(DataOf("old"), Settings(database, Path.Combine(DataOf("new"), "recordings"))))
        {
            await StrataProgram.JsonAsync(DataOf("old"), 0, "register", Samples.Files[1], "--dataset", Dataset);
            (await StrataProgram.JsonAsync(DataOf("old"), 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(2);
        }
    }

    [Fact]
    public async Task An_upload_to_a_server_whose_log_was_given_another_folder_is_refused_before_it_is_kept()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var old = await StrataServerProcess.StartAsync(DataOf("old"), Settings(database));
        var (bytes, hash) = (new byte[] { 1, 2, 3 }, Contracts.Sha256Digest.Of([1, 2, 3]));
        await JsonAsync("new", Settings(database), "recordings", "adopt");

        using var http = new HttpClient { BaseAddress = old.Url };
        using var content = new ByteArrayContent(bytes);
        using var answer = await http.PutAsync($"/recordings/{hash}", content, Token);

        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain("are not those of this log any more");
        answer.IsSuccessStatusCode.ShouldBeFalse();
        Directory.GetFiles(Path.Combine(DataOf("old"), "recordings"), "*.rrd", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_whose_log_was_given_another_folder_takes_no_recording_there_for_missing()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var old = await StrataServerProcess.StartAsync(DataOf("old"), Settings(database));
        await StrataProgram.JsonAsync(DataOf("old"), 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        await JsonAsync("new", Settings(database), "recordings", "adopt");
        CopyRecordings("old", "new");

        // It does not derive: the work is left to the server that looks in the old folder.
        await using var next = await StrataServerProcess.StartAsync(DataOf("new"), Settings(database), "--roles", "registrar,web");
        await StrataProgram.JsonAsync(DataOf("new"), 0, "register", Samples.Files[1], "--dataset", Dataset);
        await old.SaysAsync("are not those of this log any more");

        (await database.ReadAsync("select count(*) from mt_events where type = 'derivation_failed'")).ShouldBe(["0"]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_still_has_the_place_before_takes_no_work_from_the_one_that_has_the_adopted_place()
    {
        await using var database = await server.CreateDatabaseAsync();
        var (before, after) = (Path.Combine(_folder, "before"), Path.Combine(_folder, "after"));
        await using var old = await StrataServerProcess.StartAsync(DataOf("old"), Settings(database, before));
        await StrataProgram.JsonAsync(DataOf("old"), 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");
        CopyFolder(before, after);
        var adopted = await RunAsync("new", Settings(database, after), "recordings", "adopt");
        adopted.Out.ShouldContain("processes on this log that have this very place go on; those that have another one");
        await using (await StrataServerProcess.StartAsync(DataOf("new"), Settings(database, after), "--roles", "registrar,web"))
        {
            // Nobody derives it but the server that looks in the place before.
            await StrataProgram.JsonAsync(DataOf("new"), 0, "register", Samples.Files[1], "--dataset", Dataset);
            await old.SaysAsync("The workers stand aside and leave the work to processes that have this log's recordings");
        }

        using var http = new HttpClient { BaseAddress = old.Url };
        using var health = await http.GetAsync("/health?details", Token);
        (await health.Content.ReadAsStringAsync(Token)).ShouldContain("the workers of this server stand aside and leave the work to others");
        await using var next = await StrataServerProcess.StartAsync(DataOf("new"), Settings(database, after));
        foreach (var file in Samples.Files[2..])
        {
            await StrataProgram.JsonAsync(DataOf("new"), 0, "register", file, "--dataset", Dataset, "--wait");
        }

        await StrataProgram.JsonAsync(DataOf("new"), 0, "register", Samples.Files[1], "--dataset", Dataset, "--wait");
        (await StrataProgram.JsonAsync(DataOf("new"), 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers)
            .ShouldBe(Enumerable.Repeat("base, tracking_error, quality", Samples.Files.Length));
        (await database.ReadAsync("select count(*) from mt_events where type = 'derivation_failed'")).ShouldBe(["0"]);
        (await database.ReadAsync("select count(*) from strata.work_claims where last_reason is not null")).ShouldBe(["0"], "no attempt was lost in the place before");
    }

    [Fact]
    public async Task A_server_whose_own_folder_got_a_new_id_goes_on_without_a_restart()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var running = await StrataServerProcess.StartAsync(DataOf("one"), Settings(database));
        await StrataProgram.JsonAsync(DataOf("one"), 0, "register", Samples.Files[0], "--dataset", Dataset, "--rules", "none");

        var adopted = await RunAsync("beside", Settings(database, Path.Combine(DataOf("one"), "recordings")), "recordings", "adopt");
        adopted.Out.ShouldContain("the log names 1 copy: 1 there, 0 missing");
        (adopted.Code, adopted.Error.Contains("verify", StringComparison.Ordinal)).ShouldBe((0, true), adopted.Error);

        await StrataProgram.JsonAsync(DataOf("one"), 0, "register", Samples.Files[1], "--dataset", Dataset);
        (await StrataProgram.JsonAsync(DataOf("one"), 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Adopting_in_the_folder_of_a_running_server_names_it_and_what_to_do()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var running = await StrataServerProcess.StartAsync(DataOf("one"), Settings(database));

        var refused = await RunAsync("one", Settings(database), "recordings", "adopt");

        (refused.Code, refused.Error.Contains($"(process {running.ProcessId})", StringComparison.Ordinal), refused.Error.Contains("Next: stop it", StringComparison.Ordinal)).ShouldBe((1, true, true), refused.Error);
    }

    [Fact]
    public async Task A_read_in_a_folder_that_is_not_there_folds_the_tables_from_the_database()
    {
        await using var database = await server.CreateDatabaseAsync();
        (await RunAsync("first", Settings(database), "register", Samples.Files[0], "--dataset", Dataset, "--rules", "none")).Code.ShouldBe(0);

        foreach (string[] question in (string[][])[["segments", Dataset], ["manifest", Dataset], ["history", Dataset], ["dataset", "list"]])
        {
            (await JsonAsync($"new-{question[0]}", Settings(database), question)).GetArrayLength().ShouldBeGreaterThan(0, question[0]);
        }
    }

    private static void ShouldSaySo(string told, string id)
    {
        told.ShouldContain("are not those of this log any more");
        told.ShouldContain($"another place since (id {id})");
        told.ShouldContain("stop this server, set Strata__Recordings__Folder");
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private void CopyRecordings(string from, string to)
    {
        var source = Path.Combine(DataOf(from), "recordings");
        foreach (var file in Directory.GetFiles(source, "*.rrd", SearchOption.AllDirectories))
        {
            var target = Path.Combine(DataOf(to), "recordings", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private async Task<JsonElement> JsonAsync(string data, Dictionary<string, string> settings, params string[] arguments)
    {
        var result = await RunAsync(data, settings, [.. arguments, "--json"]);
        result.Code.ShouldBe(0, result.Error);
        return JsonElement.Parse(result.Out);
    }

    private string DataOf(string name) => Path.Combine(_folder, name);

    private static string IdFileOf(string data) => Path.Combine(data, "recordings", "store.id");

    private static string IdIn(string data) => File.ReadAllText(IdFileOf(data)).Trim();

    /// <summary>As a process that starts: with connections and a store of its own.</summary>
    private async Task<bool> IsAdmittedAsync(PostgresDatabase database, string data)
    {
        await using var events = await PostgresEventStore.OpenAsync(database.ConnectionString, new(), NullLogger.Instance, Token);
        var store = new LocalRecordingStore(new(DataOf(data), [], null));
        try
        {
            await new StoreOwnership(events, events, events, events.Log, isLogShared: true, Guid.CreateVersion7).RequireAsync(store.Label, Token);
            return true;
        }
        catch (ForeignStoreException)
        {
            return false;
        }
    }

    private Task<ProgramResult> RunAsync(string data, Dictionary<string, string> settings, params string[] arguments) => StrataProgram.RunAsync(DataOf(data), settings, arguments);

    private static Dictionary<string, string> Settings(PostgresDatabase database, string? folder = null)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Strata__EventStore__ConnectionString"] = database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase),
        };
        if (folder is not null)
        {
            settings["Strata__Recordings__Folder"] = folder;
        }

        return settings;
    }
}

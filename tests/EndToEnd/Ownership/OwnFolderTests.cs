using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Strata.EndToEnd.Tests.Ownership;

/// <summary>One process, its log in the data directory: what becomes of its recordings when either of them is moved, lost, imported or begun anew.</summary>
public sealed class OwnFolderTests : IDisposable
{
    private const string Dataset = "arm";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-owner-").FullName;

    private string Data => DataOf("data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_data_directory_may_be_moved_and_copied()
    {
        await RegisterAsync(Data, 0);
        Directory.Move(Data, DataOf("moved"));
        await RegisterAsync(DataOf("moved"), 1);
        (await StrataProgram.JsonAsync(DataOf("moved"), 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(6);
    }

    [Fact]
    public async Task A_data_directory_of_a_version_without_ids_goes_on_and_has_one_then()
    {
        await RegisterAsync(Data, 0);
        ForgetIds(Data);
        await RegisterAsync(Data, 1);
        File.Exists(IdFileOf(Data)).ShouldBeTrue();
        (await StrataProgram.JsonAsync(Data, 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(6);
    }

    [Fact]
    public async Task As_long_as_nothing_is_kept_another_folder_may_be_chosen_and_afterwards_not()
    {
        (await StrataProgram.RunAsync(Data, "dataset", "create", Dataset)).Code.ShouldBe(0);
        (await RunAsync(Data, DataOf("elsewhere"), "register", Samples.Files[0], "--dataset", Dataset)).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "gc")).Error.ShouldContain($"the recordings in {Data}/recordings are not those of this log");

        var refused = await RunAsync(Data, DataOf("third"), "register", Samples.Files[1], "--dataset", Dataset);
        (refused.Code, refused.Error.Contains("lie elsewhere", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
    }

    [Fact]
    public async Task A_catalog_begun_anew_over_the_files_of_one_that_was_deleted_is_refused_until_a_person_says_so()
    {
        await RegisterAsync(Data, 0);
        var before = Files(Data);
        DeleteLog(Data);

        var refused = await StrataProgram.RunAsync(Data, "register", Samples.Files[1], "--dataset", Dataset);
        (refused.Code, refused.Error.Contains($"the recordings in {Data}/recordings belong to another catalog", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
        Files(Data).ShouldBe(before);

        var told = await OwnershipAsync(1);
        (told.GetProperty("status").GetString(), told.GetProperty("next").GetString()!.Contains("strata recordings adopt", StringComparison.Ordinal)).ShouldBe(("problem", true));
        Files(Data).ShouldBe(before);

        var adopted = await StrataProgram.JsonAsync(Data, 0, "recordings", "adopt");
        adopted.GetProperty("id").GetString().ShouldBe(File.ReadAllText(IdFileOf(Data)).Trim());
        adopted.GetProperty("log_had").ValueKind.ShouldBe(JsonValueKind.Null);
        await RegisterAsync(Data, 1);
        (await OwnershipAsync(0)).GetProperty("words").GetString()!.ShouldEndWith($"are those of this log (id {adopted.GetProperty("id").GetString()})");
    }

    [Fact]
    public async Task Files_that_no_event_names_and_nobody_claims_are_not_taken_for_orphans()
    {
        await RegisterAsync(Data, 0);
        ForgetIds(Data);
        DeleteLog(Data);
        var before = Files(Data);
        foreach (var file in before)
        {
            File.SetLastWriteTimeUtc(Path.Combine(Data, file), DateTime.UtcNow - TimeSpan.FromDays(2));
        }

        var refused = await StrataProgram.RunAsync(Data, "gc");

        (refused.Code, refused.Error.Contains("as orphans they would be removed", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
        Files(Data).ShouldBe(before);
    }

    [Fact]
    public async Task Recordings_that_are_gone_are_told_at_the_start_and_refilled_by_hand_after_a_person_says_so()
    {
        await RegisterAsync(Data, 0);
        Directory.Move(Path.Combine(Data, "recordings"), DataOf("lost"));

        var refused = await StrataProgram.RunAsync(Data, "serve", "--listen", "127.0.0.1:0");
        (refused.Code, refused.Error.Contains("strata restore", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);

        foreach (var file in Directory.GetFiles(DataOf("lost"), "*.rrd", SearchOption.AllDirectories))
        {
            var to = Path.Combine(Data, "recordings", Path.GetRelativePath(DataOf("lost"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        (await StrataProgram.RunAsync(Data, "serve", "--listen", "127.0.0.1:0")).Error.ShouldContain("without one and with files");
        await StrataProgram.JsonAsync(Data, 0, "recordings", "adopt");
        (await StrataProgram.JsonAsync(Data, 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(3);
        await RegisterAsync(Data, 1);
    }

    [Fact]
    public async Task An_imported_log_is_a_catalog_of_its_own_that_does_not_take_the_files_of_the_first()
    {
        await RegisterAsync(Data, 0);
        var log = Path.Combine(_folder, "log.ndjson");
        await StrataProgram.JsonAsync(Data, 0, "log", "export", log);
        File.ReadAllText(log).ShouldNotContain(File.ReadAllText(IdFileOf(Data)).Trim());

        var over = await RunAsync(DataOf("copy"), Path.Combine(Data, "recordings"), "log", "import", log);
        (over.Code, over.Error.Contains("belong to another catalog", StringComparison.Ordinal), over.Error.Contains("nothing was imported", StringComparison.Ordinal)).ShouldBe((1, true, true), over.Error);

        await StrataProgram.JsonAsync(DataOf("copy"), 0, "log", "import", log);
        (await StrataProgram.JsonAsync(DataOf("copy"), 0, "segments", Dataset)).GetArrayLength().ShouldBe(1);
        await RegisterAsync(DataOf("copy"), 1);
        File.ReadAllText(IdFileOf(DataOf("copy"))).ShouldNotBe(File.ReadAllText(IdFileOf(Data)));
        await StrataProgram.JsonAsync(Data, 0, "gc");
    }

    [Fact]
    public async Task A_log_that_moves_to_another_store_goes_on_with_its_files_after_a_person_says_so()
    {
        await RegisterAsync(Data, 0);
        var log = Path.Combine(_folder, "log.ndjson");
        await StrataProgram.JsonAsync(Data, 0, "log", "export", log);

        var recordings = Path.Combine(Data, "recordings");
        (await RunAsync(DataOf("next"), recordings, "recordings", "adopt")).Code.ShouldBe(0);
        (await RunAsync(DataOf("next"), recordings, "log", "import", log)).Code.ShouldBe(0);

        var verified = await RunAsync(DataOf("next"), recordings, "verify", Dataset, "--json");
        JsonElement.Parse(verified.Out).GetProperty("equal").GetInt64().ShouldBe(3);
        (await StrataProgram.RunAsync(Data, "gc")).Error.ShouldContain("are not those of this log");
    }

    [Fact]
    public async Task A_backup_is_restored_into_a_new_place_and_not_over_another_catalogs_files()
    {
        await RegisterAsync(Data, 0);
        var backup = Path.Combine(_folder, "backup");
        await StrataProgram.JsonAsync(Data, 0, "backup", backup);
        var before = Files(Data);

        var over = await RunAsync(DataOf("restored"), Path.Combine(Data, "recordings"), "restore", backup);
        (over.Code, over.Error.Contains("belong to another catalog", StringComparison.Ordinal)).ShouldBe((1, true), over.Error);
        Files(Data).ShouldBe(before);

        await StrataProgram.JsonAsync(DataOf("restored"), 0, "restore", backup);
        await RegisterAsync(DataOf("restored"), 1);
        (await StrataProgram.JsonAsync(DataOf("restored"), 0, "verify", Dataset)).GetProperty("equal").GetInt64().ShouldBe(6);
    }

    private async Task<JsonElement> OwnershipAsync(int code) =>
        (await StrataProgram.JsonAsync(Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Listen"] = "127.0.0.1:0" }, code, "doctor")).EnumerateArray()
            .Single(l => l.GetProperty("name").GetString() == "ownership");

    private string DataOf(string name) => Path.Combine(_folder, name);

    private static string IdFileOf(string data) => Path.Combine(data, "recordings", "store.id");

    private static Task<JsonElement> RegisterAsync(string data, int sample) => StrataProgram.JsonAsync(data, 0, "register", Samples.Files[sample], "--dataset", Dataset, "--wait");

    private static IReadOnlyList<string> Files(string data) =>
        [.. Directory.GetFiles(Path.Combine(data, "recordings"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(data, f)).Order(StringComparer.Ordinal)];

    private static Task<ProgramResult> RunAsync(string data, string recordings, params string[] arguments) =>
        StrataProgram.RunAsync(data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Recordings__Folder"] = recordings }, arguments);

    private static void DeleteLog(string data)
    {
        foreach (var file in Directory.GetFiles(data, "log.db*"))
        {
            File.Delete(file);
        }

        Directory.Delete(Path.Combine(data, "readmodels"), recursive: true);
    }

    /// <summary>As a version left it that knew of none.</summary>
    private static void ForgetIds(string data)
    {
        File.Delete(IdFileOf(data));
        using var file = new SqliteConnection($"Data Source={Path.Combine(data, "log.db")};Pooling=False");
        file.Open();
        using var forget = file.CreateCommand();
        forget.CommandText = "DELETE FROM strata_leased_states WHERE name = 'recordings'";
        forget.ExecuteNonQuery().ShouldBe(1);
    }
}

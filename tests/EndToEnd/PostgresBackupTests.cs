using System.Text.Json;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata backup</c> and <c>restore</c> with the log in a database and the recordings in a folder.</summary>
public sealed class PostgresBackupTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-postgres-backup-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Backup => Path.Combine(_folder, "backup");

    private string Restored => Path.Combine(_folder, "restored");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_of_a_database_is_made_while_it_is_served_and_restored_into_another_database_and_into_a_data_directory()
    {
        await using var from = await server.CreateDatabaseAsync();
        await using var to = await server.CreateDatabaseAsync();
        await using (await StrataServerProcess.StartAsync(Data, Setting(from)))
        {
            await StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files[..2], "--dataset", "arm", "--wait"]);
            (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("files").GetInt64().ShouldBe(6);
            await StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files[2..], "--dataset", "arm", "--wait"]);
            (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("copied_files").GetInt64().ShouldBe(9);
        }

        await JsonAsync(Restored, to, 0, "restore", Backup);
        await StrataProgram.JsonAsync(Restored + "-file", 0, "restore", Backup);

        File.Exists(Path.Combine(Restored, "log.db")).ShouldBeFalse();
        (await to.ReadAsync("select count(*) from mt_events")).ShouldBe(await from.ReadAsync("select count(*) from mt_events"));
        (await JsonAsync(Restored, to, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(15);
        var digests = (await JsonAsync(Data, from, 0, "rebuild", "--verify")).GetProperty("digests").GetRawText();
        (await JsonAsync(Restored, to, 0, "rebuild", "--verify")).GetProperty("digests").GetRawText().ShouldBe(digests);
        (await StrataProgram.JsonAsync(Restored + "-file", 0, "rebuild", "--verify")).GetProperty("digests").GetRawText().ShouldBe(digests);

        // Whose it is stays the same wherever the log lies: all three go on in the one folder.
        (await JsonAsync(Restored, to, 0, "backup", Backup)).GetProperty("copied_files").GetInt64().ShouldBe(0);
        (await StrataProgram.JsonAsync(Restored + "-file", 0, "backup", Backup)).GetProperty("copied_files").GetInt64().ShouldBe(0);
        (await JsonAsync(Restored, to, 0, "register", Samples.Files[0], "--dataset", "other", "--wait"))[0].GetProperty("status").GetString().ShouldBe("registered");
    }

    [Fact]
    public async Task A_damaged_log_leaves_the_database_and_the_folder_of_recordings_untouched()
    {
        await using var to = await server.CreateDatabaseAsync();
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var log = Directory.GetFiles(Backup, "log-*").Single();
        await File.WriteAllBytesAsync(log, (await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken))[..^20], TestContext.Current.CancellationToken);

        var refused = await RunAsync(Restored, to, "restore", Backup);

        (refused.Code, refused.Error.Contains("nothing was restored", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
        Directory.Exists(Restored).ShouldBeFalse();
        (await to.ReadAsync("select nspname from pg_namespace where nspname = 'strata' union all select relname from pg_class where relname like 'mt_%'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_named_as_what_is_not_empty()
    {
        await using var full = await server.CreateDatabaseAsync();
        var file = Path.Combine(_folder, "log.ndjson");
        await JsonAsync(Data, full, 0, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        await JsonAsync(Data, full, 0, "backup", Backup);
        await JsonAsync(Data, full, 0, "log", "export", file);

        foreach (string[] command in (string[][])[["restore", Backup], ["log", "import", file]])
        {
            var refused = await RunAsync(Restored, full, command);

            refused.Code.ShouldBe(1, refused.Out);
            refused.Error.TrimEnd().ShouldNotContain('\n');
            refused.Error.ShouldContain($"/{full.Name} is not empty");
            refused.Error.ShouldContain("nothing was changed. Next: name an empty database in Strata__EventStore__ConnectionString");
            refused.Error.ShouldNotContain("--data");
            refused.Error.ShouldNotContain(Restored);
            Directory.Exists(Path.Combine(Restored, "recordings")).ShouldBeFalse();
        }
    }

    private static Task<JsonElement> JsonAsync(string data, PostgresDatabase database, int code, params string[] arguments) => StrataProgram.JsonAsync(data, Setting(database), code, arguments);

    private static Task<ProgramResult> RunAsync(string data, PostgresDatabase database, params string[] arguments) => StrataProgram.RunAsync(data, Setting(database), arguments);

    private static Dictionary<string, string> Setting(PostgresDatabase database) => new(StringComparer.Ordinal) { ["Strata__EventStore__ConnectionString"] = database.ConnectionString };
}

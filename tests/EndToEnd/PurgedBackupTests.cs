using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Strata.Cli;
using Strata.Registrar;

namespace Strata.EndToEnd.Tests;

/// <summary>What was purged is in no backup that knows of the purge, and comes back by no restore, erased or not. Source: DESIGN §5.</summary>
public sealed class PurgedBackupTests : IDisposable
{
    private const string Secret = "the_operators_own_name";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-purged-backup-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    private string Backup => Path.Combine(_folder, "backup");

    private string Restored => Path.Combine(_folder, "restored");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_between_a_purge_and_the_end_of_its_erasure_takes_neither_files_nor_contents_of_it()
    {
        await RegisterAsync();
        await PurgeWithoutErasureAsync();
        FilesWith(Data).ShouldNotBeEmpty("or there is nothing to leave out");

        var made = await StrataProgram.JsonAsync(Data, 0, "backup", Backup);

        (made.GetProperty("files").GetInt64(), made.GetProperty("purged").GetInt64()).ShouldBe((2, 1));
        FilesWith(Backup).ShouldBeEmpty();
        (await StrataProgram.RunAsync(Data, "backup", Backup)).Out.ShouldContain("not in it: 1 file of purged segments");
        await RequireRestoredWithoutAsync();
    }

    [Fact]
    public async Task The_next_backup_into_the_same_folder_takes_out_what_was_purged_since_the_one_before()
    {
        await RegisterAsync();
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        FilesWith(Backup).Length.ShouldBe(2, "the recording, and its properties in the log");
        await StrataProgram.JsonAsync(Data, 0, "purge", "arms", "gone", "--reason", "asked for it");

        var made = await StrataProgram.JsonAsync(Data, 0, "backup", Backup);

        made.GetProperty("removed").GetArrayLength().ShouldBe(1);
        FilesWith(Backup).ShouldBeEmpty();
        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("removed").GetArrayLength().ShouldBe(0);
        await RequireRestoredWithoutAsync();
    }

    [Fact]
    public async Task A_backup_of_an_earlier_version_that_took_it_along_does_not_bring_it_back()
    {
        await RegisterAsync();
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var file = FilesWith(Backup).Single(f => f.EndsWith(".rrd", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(file, Token);
        await PurgeWithoutErasureAsync();
        var position = (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("position").GetInt64();

        // As it wrote them: every copy that an event names, and the log with all that is in it.
        await File.WriteAllBytesAsync(file, bytes, Token);
        await StrataProgram.JsonAsync(Data, 0, "log", "export", Path.Combine(_folder, "log.ndjson.gz"));
        File.Move(Path.Combine(_folder, "log.ndjson.gz"), Path.Combine(Backup, $"log-{position}.ndjson.gz"), overwrite: true);
        FilesWith(Backup).Length.ShouldBe(2);

        await RequireRestoredWithoutAsync();
    }

    [Fact]
    public async Task What_another_segment_holds_too_and_what_was_registered_again_is_in_the_backup_and_comes_back()
    {
        await RegisterAsync();
        var file = Path.Combine(_folder, "files", "gone.rrd");
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", "copies", "--rules", "none");
        await PurgeWithoutErasureAsync();

        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("purged").GetInt64().ShouldBe(0);
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);

        FilesWith(Path.Combine(Restored, "recordings")).ShouldHaveSingleItem();
        (await StrataProgram.JsonAsync(Restored, 0, "verify", "copies")).GetProperty("equal").GetInt64().ShouldBe(1);
        await StrataProgram.JsonAsync(Data, 0, "purge", "copies", "gone", "--reason", "asked for it");
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", "arms", "--rules", "none");
        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("purged").GetInt64().ShouldBe(0);
        FilesWith(Path.Combine(Backup, "recordings")).ShouldHaveSingleItem();
    }

    private async Task RegisterAsync()
    {
        var files = Path.Combine(_folder, "files");
        await StrataProgram.JsonAsync(
            Data, 0, "register", SmallRecordings.WriteProperties(files, "gone", Secret), SmallRecordings.WriteProperties(files, "stays", "kept_name"), SmallRecordings.Write(files, "third", 0.1), "--dataset", "arms", "--rules", "none");
    }

    /// <summary>As where the process died after the event.</summary>
    private async Task PurgeWithoutErasureAsync()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Registrar | Roles.Projections, Data);
        await strata.ReadModels.WaitForAsync(await strata.Log.HeadAsync(Token), Token);
        var arms = (await strata.ReadModels.Entries.FindAsync("arms", Token))!.Dataset;
        await strata.Services.GetRequiredService<IRegistrar>().PurgeAsync(new(arms, "gone", "asked for it", new("test", null)), Token);
    }

    private async Task RequireRestoredWithoutAsync()
    {
        var restored = await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
        (restored.GetProperty("files").GetInt64(), restored.GetProperty("missing").GetArrayLength()).ShouldBe((2, 0));
        FilesWith(Restored).ShouldBeEmpty();
        (await StrataProgram.JsonAsync(Restored, 0, "segments", "arms")).GetArrayLength().ShouldBe(2);
        (await StrataProgram.JsonAsync(Restored, 0, "purge", "arms", "gone", "--reason", "asked again")).GetProperty("dataset").GetString().ShouldBe("arms");
        (await StrataProgram.JsonAsync(Restored, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arms")).GetProperty("equal").GetInt64().ShouldBe(2);
        FilesWith(Restored).ShouldBeEmpty();
    }

    /// <summary>Those that hold the secret, as bytes or as what an exported log makes of them.</summary>
    private static string[] FilesWith(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(Holds)];

    private static bool Holds(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0;
        }

        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        for (var line = lines.ReadLine(); line is not null; line = lines.ReadLine())
        {
            using var record = System.Text.Json.JsonDocument.Parse(line);
            if (record.RootElement.TryGetProperty("blob", out _) && record.RootElement.GetProperty("content").GetBytesFromBase64().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}

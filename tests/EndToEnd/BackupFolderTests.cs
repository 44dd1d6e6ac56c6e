using System.Text.Json.Nodes;

namespace Strata.EndToEnd.Tests;

/// <summary>Into which folder <c>strata backup</c> writes: a new one, or that of an earlier backup of the same catalog. All others are left as they are.</summary>
public sealed class BackupFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backup-folder-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Other => Path.Combine(_folder, "other");

    private string Backup => Path.Combine(_folder, "backup");

    private string Restored => Path.Combine(_folder, "restored");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_with_the_backup_of_another_catalog_is_refused_and_nothing_in_it_is_touched(bool ofTheVersionBefore)
    {
        await RegisterAsync(Data, 0);
        await RegisterAsync(Other, 1, 2);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        if (ofTheVersionBefore)
        {
            MakeOld();
        }

        var before = FolderSnapshot.Of(Backup);
        var refused = await StrataProgram.RunAsync(Other, "backup", Backup);

        refused.Code.ShouldBe(1, refused.Out);
        refused.Error.ShouldContain("expected a backup of this catalog");
        refused.Error.ShouldContain("found one of another catalog");
        refused.Error.ShouldContain("Next: name a new folder; nothing was changed");
        FolderSnapshot.Of(Backup).ShouldBe(before);
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_with_the_right_that_is_missing_and_what_to_do()
    {
        await RegisterAsync(Data, 0);
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "no folder", Cancel);
        var below = Path.Combine(_folder, "file", "backup");

        var refused = await StrataProgram.RunAsync(Data, "backup", below);

        refused.Code.ShouldBe(1, refused.Out);
        refused.Error.ShouldContain($"{below}: expected a folder that the user '{Environment.UserName}' may write, found that it may not: ");
        refused.Error.ShouldContain("Next: give this user the right to make folders and files there");
        refused.Error.ShouldNotContain("--verbose");
    }

    [Fact]
    public async Task A_folder_that_is_neither_empty_nor_a_backup_is_refused_and_nothing_in_it_is_touched()
    {
        await RegisterAsync(Data, 0);
        Directory.CreateDirectory(Backup);
        await File.WriteAllTextAsync(Path.Combine(Backup, "thesis.txt"), "three years of work", Cancel);
        var before = FolderSnapshot.Of(Backup);

        var refused = await StrataProgram.RunAsync(Data, "backup", Backup);

        refused.Code.ShouldBe(1, refused.Out);
        refused.Error.ShouldContain("expected a new or empty folder, or a backup, found other files (thesis.txt");
        refused.Error.ShouldContain("nothing was changed");
        FolderSnapshot.Of(Backup).ShouldBe(before);
        File.Delete(Path.Combine(Backup, "thesis.txt"));
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
    }

    [Fact]
    public async Task A_backup_of_the_version_before_is_restored_and_goes_on_where_its_log_is_the_beginning_of_ours()
    {
        await RegisterAsync(Data, 0, 1);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        MakeOld();
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(2);

        await RegisterAsync(Data, 2);
        var second = await StrataProgram.JsonAsync(Data, 0, "backup", Backup);

        (second.GetProperty("files").GetInt64(), second.GetProperty("copied_files").GetInt64()).ShouldBe((3, 1));
        Directory.GetFiles(Backup, "log-*").Length.ShouldBe(1);
        await StrataProgram.JsonAsync(Restored + "-2", 0, "restore", Backup);
        (await StrataProgram.JsonAsync(Restored + "-2", 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task A_catalog_that_was_set_back_to_an_older_state_does_not_replace_the_backup_of_what_came_after()
    {
        var old = Path.Combine(_folder, "old");
        await RegisterAsync(Data, 0);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        FolderSnapshot.Copy(Backup, old);
        await RegisterAsync(Data, 1);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var before = FolderSnapshot.Of(Backup);

        await StrataProgram.JsonAsync(Restored, 0, "restore", old);
        foreach (var samples in (int[][])[[], [2, 3, 4]])
        {
            await RegisterAsync(Restored, samples);
            var refused = await StrataProgram.RunAsync(Restored, "backup", Backup);

            refused.Code.ShouldBe(1, refused.Out);
            refused.Error.ShouldContain("expected a backup from which this log goes on");
            refused.Error.ShouldContain("went another way");
            FolderSnapshot.Of(Backup).ShouldBe(before);
        }

        await StrataProgram.JsonAsync(Restored, 0, "backup", old);
        await RegisterAsync(Data, 2);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
    }

    [Fact]
    public async Task A_first_backup_that_was_killed_goes_on_in_the_same_folder_and_only_for_the_same_catalog()
    {
        await RegisterAsync(Data, 0, 1);
        await RegisterAsync(Other, 2);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        File.Delete(Path.Combine(Backup, "backup.json"));
        await File.WriteAllTextAsync(Path.Combine(Backup, "log.ndjson.gz.part"), "half", Cancel);
        File.Delete(Directory.GetFiles(Backup, "*.rrd", SearchOption.AllDirectories)[0]);
        var before = FolderSnapshot.Of(Backup);

        var unfinished = await StrataProgram.RunAsync(Restored, "restore", Backup);
        (unfinished.Code, unfinished.Error.Contains("there is no finished backup in", StringComparison.Ordinal)).ShouldBe((1, true), unfinished.Error);
        var refused = await StrataProgram.RunAsync(Other, "backup", Backup);
        (refused.Code, refused.Error.Contains("found one of another catalog", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
        FolderSnapshot.Of(Backup).ShouldBe(before);

        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("copied_files").GetInt64().ShouldBe(1, "what lay there already was whole");
        Directory.GetFiles(Backup, "*.part").ShouldBeEmpty();
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
    }

    [Fact]
    public async Task Of_two_backups_into_one_folder_at_a_time_the_second_is_refused()
    {
        await RegisterAsync(Data, 0);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var before = FolderSnapshot.Of(Backup);

        await using (new FileStream(Path.Combine(Backup, "backup.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var refused = await StrataProgram.RunAsync(Data, "backup", Backup);
            (refused.Code, refused.Error.Contains("another 'strata backup' writes into", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
        }

        FolderSnapshot.Of(Backup).ShouldBe(before);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
    }

    private static async Task RegisterAsync(string data, params int[] samples)
    {
        foreach (var sample in samples)
        {
            await StrataProgram.JsonAsync(data, 0, "register", Samples.Files[sample], "--dataset", "arm", "--rules", "none");
        }
    }

    /// <summary>As the version before wrote it: without a word of whose it is.</summary>
    private void MakeOld()
    {
        var path = Path.Combine(Backup, "backup.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (var member in (string[])["first_event", "last_event", "damaged", "mended", "lost"])
        {
            manifest.Remove(member);
        }

        var times = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, manifest.ToJsonString());
        File.SetLastWriteTimeUtc(path, times);
        File.Delete(Path.Combine(Backup, "backup.lock"));
    }
}

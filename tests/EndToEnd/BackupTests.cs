namespace Strata.EndToEnd.Tests;

/// <summary><c>strata backup</c> and <c>restore</c>: the whole catalog with its bytes, made while it serves.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backup-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Backup => Path.Combine(_folder, "backup");

    private string Restored => Path.Combine(_folder, "restored");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_backup_made_while_robots_register_is_restored_with_every_byte_and_every_table()
    {
        await using (await StrataServerProcess.StartAsync(Data))
        {
            await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");
            var registering = StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files[1..], "--dataset", "arm", "--wait"]);
            var first = await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
            await registering;
            var second = await StrataProgram.JsonAsync(Data, 0, "backup", Backup);

            second.GetProperty("files").GetInt64().ShouldBe(15);
            second.GetProperty("copied_files").GetInt64().ShouldBe(15 - first.GetProperty("files").GetInt64(), "what lay there already was not copied again");
            (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("copied_files").GetInt64().ShouldBe(0);
        }

        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);

        foreach (string[] question in (string[][])[["segments", "arm"], ["manifest", "arm"], ["history", "arm"], ["why", "arm", Samples.Segments[2]]])
        {
            (await StrataProgram.RunAsync(Restored, [.. question, "--json"])).Out.ShouldBe((await StrataProgram.RunAsync(Data, [.. question, "--json"])).Out, string.Join(' ', question));
        }

        (await StrataProgram.JsonAsync(Restored, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        var verified = await StrataProgram.JsonAsync(Restored, 0, "verify", "arm");
        (verified.GetProperty("checked").GetInt64(), verified.GetProperty("equal").GetInt64()).ShouldBe((15, 15));
    }

    [Fact]
    public async Task A_first_backup_of_any_moment_names_no_file_that_is_not_in_it()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        var registering = StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");
        for (var i = 0; !registering.IsCompleted; i++)
        {
            var folder = $"{Backup}-{i}";
            (await StrataProgram.JsonAsync(Data, 0, "backup", folder)).GetProperty("missing").GetArrayLength().ShouldBe(0);
            await StrataProgram.JsonAsync($"{Restored}-{i}", 0, "restore", folder);
        }

        await registering;
    }

    [Fact]
    public async Task A_restore_that_was_cut_short_goes_on_and_one_over_data_or_beside_a_server_is_refused()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);

        // As a kill leaves it: the place has its id, some files are there, one is half written under its other name, and the log is empty.
        (await StrataProgram.RunAsync(Restored, "recordings", "adopt")).Code.ShouldBe(0);
        var files = Directory.GetFiles(Backup, "*.rrd", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        foreach (var (index, file) in files[..4].Index())
        {
            var to = Path.Combine(Restored, Path.GetRelativePath(Backup, file)) + (index == 3 ? ".part" : "");
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            await File.WriteAllBytesAsync(to, (await File.ReadAllBytesAsync(file, Cancel))[..^(index == 3 ? 100 : 0)], Cancel);
        }

        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);

        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(15);
        Directory.GetFiles(Restored, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
        var over = await StrataProgram.RunAsync(Data, "restore", Backup);
        (over.Code, over.Error.Contains("expected a new or empty folder", StringComparison.Ordinal)).ShouldBe((1, true), over.Error);
        await using var server = await StrataServerProcess.StartAsync(Path.Combine(_folder, "served"));
        var beside = await StrataProgram.RunAsync(Path.Combine(_folder, "served"), "restore", Backup);
        (beside.Code, beside.Error.Contains("another process works in", StringComparison.Ordinal)).ShouldBe((1, true), beside.Error);
    }

    [Theory]
    [InlineData("thesis.txt")]
    [InlineData("recordings/aa/holiday.rrd")]
    [InlineData("readmodels/generation-1.db")]
    [InlineData("token.secret")]
    public async Task A_folder_with_anything_that_a_restore_did_not_make_is_refused_and_nothing_in_it_is_touched(string name)
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        (await StrataProgram.RunAsync(Data, "token", "create", "--read")).Code.ShouldBe(0);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        var foreign = Path.Combine(Restored, name);
        Directory.CreateDirectory(Path.GetDirectoryName(foreign)!);
        await File.WriteAllTextAsync(foreign, "three years of work", Cancel);
        var before = FolderSnapshot.Of(Restored);

        var refused = await StrataProgram.RunAsync(Restored, "restore", Backup);

        refused.Code.ShouldBe(1, refused.Out);
        refused.Error.ShouldContain($"{Restored}: expected a new or empty folder, or what a restore of this backup left there that was cut short, found other files ({name})");
        refused.Error.ShouldContain("Next: name a new folder with --data");
        FolderSnapshot.Of(Restored).ShouldBe(before);
        File.Delete(foreign);
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
    }

    [Fact]
    public async Task The_secret_of_tokens_is_in_the_backup_and_nobody_else_may_read_it()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        (await StrataProgram.RunAsync(Data, "token", "create", "--read")).Code.ShouldBe(0);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);

        foreach (var folder in (string[])[Backup, Restored])
        {
            var secret = Path.Combine(folder, "token.secret");
            (await File.ReadAllTextAsync(secret, Cancel)).ShouldBe(await File.ReadAllTextAsync(Path.Combine(Data, "token.secret"), Cancel));
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(secret).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }

    [Fact]
    public async Task Damaged_and_missing_files_are_named_and_never_taken_for_good_ones()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arm", "--rules", "none");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[1], "--dataset", "arm");
        var copies = Directory.GetFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        File.Delete(copies[0]);

        var missing = await StrataProgram.JsonAsync(Data, 1, "backup", Backup);
        missing.GetProperty("missing").EnumerateArray().Single().GetString().ShouldEndWith(Path.GetFileName(copies[0]));

        var bytes = await File.ReadAllBytesAsync(copies[1], Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(copies[1], bytes, Cancel);
        var damaged = await StrataProgram.RunAsync(Data, "backup", Backup + "-2");
        (damaged.Code, damaged.Error.Contains("expected content with the SHA-256", StringComparison.Ordinal)).ShouldBe((1, true), damaged.Error);
        damaged.Error.ShouldContain("2 files of the catalog not whole; everything else is in the backup");
        Directory.GetFiles(Backup + "-2", "*.rrd*", SearchOption.AllDirectories).ShouldBeEmpty();

        var restored = await StrataProgram.JsonAsync(Restored, 1, "restore", Backup + "-2");
        (restored.GetProperty("files").GetInt64(), restored.GetProperty("missing").GetArrayLength()).ShouldBe((0, 2));
        (await StrataProgram.JsonAsync(Restored, 0, "segments", "arm")).GetArrayLength().ShouldBe(2, "the catalog is there, and knows what it lacks");
    }
}

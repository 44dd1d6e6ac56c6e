using System.Diagnostics;

namespace Strata.EndToEnd.Tests;

/// <summary>A backup whose disk is full. A file system in memory stands for the disk; only root may mount one.</summary>
public sealed class BackupFullDiskTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backup-full-").FullName;

    private string Disk => Path.Combine(_folder, "disk");

    private string Data => Path.Combine(_folder, "data");

    private string Restored => Path.Combine(_folder, "restored");

    private string Backup => Path.Combine(Disk, "backup");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Disk);
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", Disk) is { Length: > 0 })
        {
            Assert.Skip("a small file system cannot be mounted here; run it as root on Linux");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Disk);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Its_disk_is_named_the_backup_before_stays_as_it_was_and_with_room_again_it_goes_on()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");
        await StrataProgram.JsonAsync(Data, 0, "backup", Backup);
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");
        var filler = Path.Combine(Disk, "filler");
        await File.WriteAllBytesAsync(filler, new byte[500_000], Token);

        var full = await StrataProgram.RunAsync(Data, "backup", Backup);

        full.Code.ShouldBe(1, full.Out);
        full.Error.ShouldContain("No space left on device");
        full.Error.ShouldContain($"Next: free room on the disk of {Backup}, then run it again");
        Directory.GetFiles(Backup, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
        await StrataProgram.JsonAsync(Restored, 0, "restore", Backup);
        (await StrataProgram.JsonAsync(Restored, 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(3);

        File.Delete(filler);
        (await StrataProgram.JsonAsync(Data, 0, "backup", Backup)).GetProperty("files").GetInt64().ShouldBe(15);
        Directory.GetFiles(Backup, "log*").Length.ShouldBe(1);
    }

    /// <returns>What it complained about.</returns>
    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}

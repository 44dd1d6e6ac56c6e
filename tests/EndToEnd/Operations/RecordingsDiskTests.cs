using System.Diagnostics;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>Recordings may lie on a disk of their own: that one gets full, not the one of the data directory. A file system in memory stands for it; only root may mount one.</summary>
public sealed class RecordingsDiskTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-recordings-disk-").FullName;

    private string Disk => Path.Combine(_folder, "disk");

    private string Data => Path.Combine(_folder, "data");

    private string Recordings => Path.Combine(Disk, "recordings");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Disk);
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", Disk) is { Length: > 0 })
        {
            Assert.Skip("a small file system cannot be mounted here; run it as root on Linux");
        }

        Assert.SkipWhen(new DriveInfo(_folder).AvailableFreeSpace < 4L << 30, "this machine has less than 4 GiB free: then the disk of the data directory is told too");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Disk);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Health_metrics_and_doctor_tell_of_the_disk_of_each_folder_that_is_written()
    {
        await using var server = await StrataServerProcess.StartAsync(Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Recordings__Folder"] = Recordings });
        using var http = new HttpClient { BaseAddress = server.Url };

        var part = JsonElement.Parse(await http.GetStringAsync("/health?details", Token)).GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "disk");
        part.GetProperty("status").GetString().ShouldBe("degraded");
        part.GetProperty("words").GetString()!.ShouldEndWith($"are free on the disk of {Recordings}");
        part.GetProperty("words").GetString()!.ShouldNotContain(Data);

        var free = (await http.GetStringAsync("/metrics", Token)).Split('\n').Where(l => l.StartsWith("strata_disk_free_bytes{", StringComparison.Ordinal)).ToList();
        free.Count.ShouldBe(2);
        free.ShouldContain(l => l.StartsWith($"strata_disk_free_bytes{{folder=\"{Data}\"}} ", StringComparison.Ordinal));
        double.Parse(free.Single(l => l.Contains($"folder=\"{Recordings}\"", StringComparison.Ordinal)).Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 64 << 20);

        var doctor = await StrataProgram.RunAsync(Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Recordings__Folder"] = Recordings }, "doctor");
        doctor.Out.ShouldMatch($"(?m)^ok +disk .*{Data}");
        doctor.Out.ShouldMatch($"(?m)^problem +disk .*{Recordings}");
    }

    /// <returns>What it said where it failed, else nothing.</returns>
    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0 ? "" : $"{program} ended with {process.ExitCode}: {said}";
    }
}

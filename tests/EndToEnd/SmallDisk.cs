using System.Diagnostics;

namespace Strata.EndToEnd.Tests;

/// <summary>A file system of 64 MiB in memory, which a test fills. Only root may mount one, on Linux; elsewhere the test is skipped and says so.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-full-").FullName;

    public string Root => Path.Combine(_folder, "disk");

    private string Filler => Path.Combine(Root, "filler");

    public async Task MountAsync()
    {
        Directory.CreateDirectory(Root);
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", Root) is { Length: > 0 })
        {
            Assert.Skip("a small file system cannot be mounted here; run it as root on Linux");
        }

        // Whoever a database server runs as must get to its folder.
        await RunAsync("chmod", "711", _folder);
    }

    /// <param name="roomBytes">What is left.</param>
    public async Task FillAsync(long roomBytes)
    {
        var length = new DriveInfo(Root).AvailableFreeSpace - roomBytes;
        await using var filler = new FileStream(Filler, FileMode.Create);
        var zeros = new byte[1 << 16];
        for (var left = length; left > 0; left -= zeros.Length)
        {
            await filler.WriteAsync(zeros.AsMemory(0, (int)Math.Min(left, zeros.Length)), TestContext.Current.CancellationToken);
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Root);
        Directory.Delete(_folder, recursive: true);
    }

    /// <returns>What it complained of; empty when it went well.</returns>
    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0 ? "" : $"{program}: {error}";
    }
}

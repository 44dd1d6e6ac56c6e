using System.Diagnostics;

namespace Strata.Publishing.Tests;

/// <summary>A spool on a disk that is really full. A file system in memory stands for the disk; only root may mount one.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Filler => Path.Combine(_folder.SpoolFolder, "filler");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder.SpoolFolder);
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", _folder.SpoolFolder) != 0)
        {
            Assert.Skip("a small file system cannot be mounted here; run it as root on Linux");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", _folder.SpoolFolder);
        _folder.Dispose();
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(0)]
    public async Task Nothing_is_lost_and_with_room_again_it_goes_on(int roomBytes)
    {
        var (small, large) = (_folder.WriteFile("small.rrd", 100_000), _folder.WriteFile("large.rrd", 2_500_000));
        using var spool = _folder.Open();
        var first = (await spool.AddAsync(TestFolder.New(small), Token)).Recording;
        await FillAsync(roomBytes);

        var refused = await Should.ThrowAsync<PublishingException>(() => spool.AddAsync(TestFolder.New(large), Token));
        refused.IsFull.ShouldBeTrue(refused.Message);
        File.Exists(large).ShouldBeTrue();
        _folder.HeldFiles.ShouldHaveSingleItem();
        spool.ToSend(TestFolder.Robot).ShouldHaveSingleItem().ShouldBe(first);

        File.Delete(Filler);
        (await spool.AddAsync(TestFolder.New(large), Token)).IsNew.ShouldBeTrue();
        spool.ToSend(TestFolder.Robot).Count.ShouldBe(2);
    }

    private async Task FillAsync(int roomBytes)
    {
        await using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var zeros = new byte[4096];
        try
        {
            while (new DriveInfo(_folder.SpoolFolder).AvailableFreeSpace > roomBytes)
            {
                await filler.WriteAsync(zeros, Token);
            }
        }
        catch (IOException)
        {
            new DriveInfo(_folder.SpoolFolder).AvailableFreeSpace.ShouldBeLessThan(4096);
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}

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

    [Fact]
    public async Task What_is_in_a_spool_without_a_byte_of_room_is_listed_sent_and_given_up()
    {
        long kept;
        using (var before = _folder.Open())
        {
            foreach (var name in (string[])["a.rrd", "b.rrd", "c.rrd"])
            {
                await before.AddAsync(TestFolder.New(_folder.WriteFile(name, 100_000)), Token);
            }

            before.TryBecomeSender(TestFolder.Robot)!.Dispose();
            kept = new FileInfo(Path.Combine(_folder.SpoolFolder, "reserve")).Length;
        }

        await FillAsync(0);
        new DriveInfo(_folder.SpoolFolder).AvailableFreeSpace.ShouldBe(0);

        await using var server = await UploadServer.StartAsync();
        using (var spool = _folder.Open())
        {
            var waiting = spool.List(all: false);
            waiting.Count.ShouldBe(3);
            spool.Retry(waiting[0]).ShouldBeTrue();
            await SendAsync(spool, server, () => spool.Find(waiting[0].Id)!.State == SpoolStates.Done && spool.Find(waiting[1].Id)!.State == SpoolStates.Done);
            spool.Drop(waiting[2]);
            await spool.ReleaseAsync(Token);
            spool.List(all: false).ShouldBeEmpty();
        }

        server.Whole.Count.ShouldBeGreaterThanOrEqualTo(2);
        _folder.HeldFiles.ShouldBeEmpty();
        File.Delete(Filler);
        _folder.Open().Dispose();
        (kept, new FileInfo(Path.Combine(_folder.SpoolFolder, "reserve")).Length).ShouldBe((SpoolReserve.SizeBytes, SpoolReserve.SizeBytes));
    }

    private static async Task SendAsync(RobotSpool spool, UploadServer server, Func<bool> isEnough)
    {
        using var upload = new HttpUpload(new RobotServer(server.Address, null), new BandwidthLimit(null, TimeProvider.System), TimeProvider.System);
        HttpLink? link = null;
        var sender = new SpoolSender(spool, upload, (_, _) => link = new HttpLink(new RobotServer(server.Address, null), TestFolder.Robot, TimeProvider.System), TestFolder.Robot, TimeProvider.System, new Silence(), isEnough);
        await sender.RunAsync(Token);
        await link!.DisposeAsync();
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

    private sealed class Silence : IProgress<SendingNews>
    {
        public void Report(SendingNews value)
        {
            // The test looks into the spool.
        }
    }
}

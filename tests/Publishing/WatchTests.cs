using System.Threading.Channels;
using Strata.Rrd.Tests;

namespace Strata.Publishing.Tests;

/// <summary>A watched folder: what is finished is spooled, once, and what is not waits.</summary>
public sealed class WatchTests : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly RobotSpool _spool;
    private readonly List<WatchNews> _news = [];

    public WatchTests()
    {
        _spool = _folder.Open(_time);
        Directory.CreateDirectory(Watched);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Watched => _folder.In("watched");

    public void Dispose()
    {
        _spool.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_whole_recording_is_spooled_at_once_and_never_again()
    {
        await File.WriteAllBytesAsync(In("a.rrd"), TestFolder.WholeRecording, Token);
        await File.WriteAllTextAsync(In("notes.txt"), "no recording", Token);
        var watch = Create();

        await watch.LookAtAllAsync(Token);
        await watch.LookAtAllAsync(Token);
        await Create().LookAtAllAsync(Token);

        var spooled = _news.ShouldHaveSingleItem().ShouldBeOfType<FileSpooled>();
        spooled.Recording.Cut.ShouldBeFalse();
        _spool.ToSend(TestFolder.Robot).ShouldHaveSingleItem().Path.ShouldBe(In("a.rrd"));
    }

    [Fact]
    public async Task A_file_that_is_being_written_waits_for_its_end()
    {
        var whole = TestFolder.WholeRecording;
        var watch = Create();
        for (var written = whole.Length / 4; written < whole.Length; written += whole.Length / 4)
        {
            await WriteAsync("a.rrd", whole[..written]);
            await watch.LookAtAllAsync(Token);
            _time.Pass(Quiet - TimeSpan.FromSeconds(1));
            await watch.LookAtAllAsync(Token);
        }

        _news.ShouldBeEmpty();
        await WriteAsync("a.rrd", whole);
        await watch.LookAtAllAsync(Token);

        _news.ShouldHaveSingleItem().ShouldBeOfType<FileSpooled>().Recording.Cut.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_stopped_growing_without_its_end_is_published_as_cut_whatever_the_clock_does()
    {
        await WriteAsync("a.rrd", TestFolder.WholeRecording[..^40]);
        var watch = Create();
        await watch.LookAtAllAsync(Token);
        _time.SetWallClock(TimeSpan.FromDays(365));
        await watch.LookAtAllAsync(Token);
        _news.ShouldBeEmpty("a clock that jumps is no quiet period");

        _time.Pass(Quiet);
        await watch.LookAtAllAsync(Token);

        var cut = _news.ShouldHaveSingleItem().ShouldBeOfType<FileSpooled>().Recording;
        cut.Cut.ShouldBeTrue();
        cut.ToMessage().Cut.ShouldBeTrue();
    }

    [Fact]
    public async Task A_recording_that_goes_on_after_a_pause_takes_the_place_of_its_half()
    {
        var halves = (byte[][])[TestFolder.WholeRecording[..^4_000], TestFolder.WholeRecording[..^40]];
        var watch = Create();
        foreach (var half in halves)
        {
            await WriteAsync("a.rrd", half);
            await watch.LookAtAllAsync(Token);
            _time.Pass(Quiet);
            await watch.LookAtAllAsync(Token);
        }

        await WriteAsync("a.rrd", TestFolder.WholeRecording);
        await watch.LookAtAllAsync(Token);

        var spooled = _news.OfType<FileSpooled>().Select(n => n.Recording).ToList();
        spooled.Select(r => r.Cut).ShouldBe([true, true, false]);
        spooled.Select(r => r.ToMessage().Replaces).ShouldBe([null, await FingerprintAsync(halves[0]), await FingerprintAsync(halves[1])]);
    }

    [Fact]
    public async Task A_half_that_lies_in_quarantine_stands_nowhere_and_is_not_replaced()
    {
        var watch = Create();
        await WriteAsync("a.rrd", TestFolder.WholeRecording[..^40]);
        await watch.LookAtAllAsync(Token);
        _time.Pass(Quiet);
        await watch.LookAtAllAsync(Token);
        _spool.Answered(TestFolder.Answer(_spool.ToSend(TestFolder.Robot).ShouldHaveSingleItem(), Contracts.RecordingOutcomes.Quarantined, "truncated: it ends in a chunk"));

        await WriteAsync("a.rrd", TestFolder.WholeRecording);
        await watch.LookAtAllAsync(Token);

        _news.OfType<FileSpooled>().Last().Recording.Replaces.ShouldBeNull();
    }

    [Fact]
    public async Task A_renamed_file_is_known_and_a_changed_one_is_new()
    {
        await WriteAsync("a.rrd", TestFolder.WholeRecording);
        var watch = Create();
        await watch.LookAtAllAsync(Token);
        File.Move(In("a.rrd"), In("b.rrd"));
        await watch.LookAtAllAsync(Token);
        _news[1].ShouldBeOfType<FileKnown>();

        await WriteAsync("b.rrd", [.. TestFolder.WholeRecording, .. TestFolder.WholeRecording]);
        await watch.LookAtAllAsync(Token);

        _news.Count.ShouldBe(3);
        _news[2].ShouldBeOfType<FileSpooled>();
    }

    [Fact]
    public async Task A_file_that_is_written_anew_in_its_place_is_another_recording_and_the_one_before_stays_as_it_was()
    {
        await WriteAsync("latest.rrd", TestFolder.WholeRecording);
        var watch = Create();
        await watch.LookAtAllAsync(Token);
        await using (var writer = new FileStream(In("latest.rrd"), FileMode.Truncate, FileAccess.Write))
        {
            await writer.WriteAsync((byte[])[.. TestFolder.WholeRecording, .. TestFolder.WholeRecording], Token);
        }

        await watch.LookAtAllAsync(Token);

        var spooled = _news.OfType<FileSpooled>().Select(n => n.Recording).ToList();
        spooled.Select(r => r.SizeBytes).ShouldBe([TestFolder.WholeRecording.Length, 2 * TestFolder.WholeRecording.Length]);
        spooled.ShouldAllBe(r => Contracts.Sha256Digest.Of(File.ReadAllBytes(r.File!)) == r.Sha256);
    }

    [Fact]
    public async Task Folders_are_looked_into_and_the_spool_itself_is_not()
    {
        await WriteAsync("2026/05/a.rrd", TestFolder.WholeRecording);
        await WriteAsync(".hidden.rrd", TestFolder.WholeRecording);
        var watch = new FolderWatch(Options() with { Folder = _folder.Path }, _spool, _time, _news.Add);

        await watch.LookAtAllAsync(Token);
        await watch.LookAtAllAsync(Token);

        _news.ShouldHaveSingleItem().Path.ShouldBe(In("2026/05/a.rrd"));
    }

    [Fact]
    public async Task Links_in_the_folder_are_left_alone_whenever_they_come_and_said_so_once()
    {
        var secret = _folder.WriteFile("elsewhere/secret.rrd");
        Directory.CreateDirectory(In("real"));
        File.CreateSymbolicLink(In("at-start.rrd"), secret);
        Directory.CreateSymbolicLink(In("real/folder"), _folder.In("elsewhere"));
        File.CreateSymbolicLink(In("notes.txt"), secret);
        var watch = new FolderWatch(Options() with { Quiet = TimeSpan.FromTicks(1) }, _spool, TimeProvider.System, _news.Add);
        await watch.LookAtAllAsync(Token);
        File.CreateSymbolicLink(In("later.rrd"), secret);

        await watch.LookAtAsync(In("later.rrd"), Token);
        await watch.LookAtAsync(In("real/folder/secret.rrd"), Token);
        await watch.LookAtAllAsync(Token);
        await watch.LookAtAsync(In("later.rrd"), Token);

        _news.ShouldAllBe(n => n is LinkLeftAlone);
        _news.Select(n => n.Path).ShouldBe([In("at-start.rrd"), In("real/folder"), In("later.rrd"), In("real/folder/secret.rrd")], ignoreOrder: true);
        _spool.List(all: true).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_watched_folder_that_is_a_link_itself_was_named_and_is_followed()
    {
        await WriteAsync("a.rrd", TestFolder.WholeRecording);
        Directory.CreateSymbolicLink(_folder.In("named"), Watched);
        var watch = new FolderWatch(Options() with { Folder = _folder.In("named") }, _spool, _time, _news.Add);

        await watch.LookAtAllAsync(Token);

        _news.ShouldHaveSingleItem().ShouldBeOfType<FileSpooled>();
    }

    [Fact]
    public async Task What_appears_while_it_runs_is_told_by_the_system()
    {
        var news = Channel.CreateUnbounded<WatchNews>();
        var watch = new FolderWatch(Options() with { RescanEvery = TimeSpan.FromDays(1) }, _spool, TimeProvider.System, n => news.Writer.TryWrite(n));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = watch.RunAsync(stop.Token);

        await WriteAsync("new/a.rrd", TestFolder.WholeRecording);
        (await news.Reader.ReadAsync(Token)).ShouldBeOfType<FileSpooled>().Path.ShouldBe(In("new/a.rrd"));

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task What_stopped_growing_is_published_by_a_running_watch_though_nothing_tells_of_it()
    {
        var told = new TaskCompletionSource<WatchNews>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = new FolderWatch(Options(), _spool, _time, n => told.TrySetResult(n));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await WriteAsync("a.rrd", TestFolder.WholeRecording[..^40]);
        var running = watch.RunAsync(stop.Token);
        while (!told.Task.IsCompleted)
        {
            await _time.PassToNextAsync();
        }

        (await told.Task).ShouldBeOfType<FileSpooled>().Recording.Cut.ShouldBeTrue();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task What_cannot_be_spooled_is_said_once_and_tried_again()
    {
        await WriteAsync("a.rrd", TestFolder.WholeRecording);
        var held = Path.Combine(_folder.SpoolFolder, "files");
        Directory.Delete(held);
        await File.WriteAllTextAsync(held, "in the way", Token);
        var watch = Create();
        await watch.LookAtAllAsync(Token);
        await watch.LookAtAllAsync(Token);
        _news.ShouldHaveSingleItem().ShouldBeOfType<FileNotSpooled>().Next.ShouldContain("--in-place");

        File.Delete(held);
        Directory.CreateDirectory(held);
        await watch.LookAtAllAsync(Token);

        _news[1].ShouldBeOfType<FileSpooled>();
    }

    [Fact]
    public async Task An_mcap_is_converted_by_rerun_and_published_under_its_own_name()
    {
        var python = RerunSdk.Python();
        await RerunSdk.PythonAsync(
            """
            import sys, struct
            # The smallest whole MCAP: header, data end, footer. Source: mcap.dev/spec.
            def record(op, body): return struct.pack('<BQ', op, len(body)) + body
            def text(s): return struct.pack('<I', len(s)) + s.encode()
            magic = b'\x89MCAP0\r\n'
            message = record(4, struct.pack('<HH', 1, 0) + text('/joint') + text('json') + struct.pack('<I', 0)) + record(5, struct.pack('<HIQQ', 1, 0, 1000, 1000) + b'{}')
            for path, body in ((sys.argv[1], b''), (sys.argv[2], message)):
                open(path, 'wb').write(magic + record(1, text('') + text('tests')) + body + record(15, struct.pack('<I', 0)) + record(2, struct.pack('<QQI', 0, 0, 0)) + magic)
            """,
            In("a.mcap"),
            In("unreadable.mcap"));
        var watch = new FolderWatch(Options() with { Converter = new McapConverter(Path.Combine(Path.GetDirectoryName(python)!, "rerun")) }, _spool, _time, _news.Add);

        await watch.LookAtAllAsync(Token);
        await watch.LookAtAllAsync(Token);

        _news.Count.ShouldBe(2, "rerun ends with 0 also where it could not read the file: that is no recording");
        _news.OfType<FileNotSpooled>().ShouldHaveSingleItem().Reason.ShouldContain("unreadable.mcap: ");
        var recording = _news.OfType<FileSpooled>().ShouldHaveSingleItem().Recording;
        recording.Path.ShouldBe(In("a.mcap"));
        (await File.ReadAllBytesAsync(recording.File!, Token)).AsSpan(0, 4).SequenceEqual("RRF2"u8).ShouldBeTrue();
        Directory.EnumerateFiles(_spool.ConvertedFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_rerun_it_is_known_to_be_absent() =>
        (await new McapConverter(_folder.In("no-such-program")).IsInstalledAsync(Token)).ShouldBeFalse();

    [Fact]
    public void A_folder_that_is_not_there_is_refused_with_what_to_do() =>
        Should.Throw<PublishingException>(() => new FolderWatch(Options() with { Folder = _folder.In("nowhere") }, _spool, _time, _news.Add)).Next.ShouldContain("mkdir -p");

    private static async Task<Contracts.Sha256Digest> FingerprintAsync(byte[] file) => Contracts.Sha256Digest.FromBytes(
        Rrd.RecordingFingerprint.Of((await Rrd.RrdReader.OpenAsync(new Rrd.MemoryBytes(file), Token)).Contents.Recordings.Single()));

    private string In(string name) => Path.Combine(Watched, name);

    private FolderWatch Create() => new(Options(), _spool, _time, _news.Add);

    private FolderWatchOptions Options() => new(Watched, TestFolder.Robot, TestFolder.Dataset, "base", HoldMode.Copy, Quiet, TimeSpan.FromSeconds(30), null);

    private async Task WriteAsync(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        await File.WriteAllBytesAsync(In(name), bytes, Token);
    }
}

using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Recordings.Tests.Uploads;

public sealed class RecordingUploadsTests : IDisposable
{
    private static readonly byte[] File1 = [.. Enumerable.Range(0, 700_000).Select(i => (byte)(i * 7 + (i >> 8)))];

    private static readonly Sha256Digest Hash = Sha256Digest.Of(File1);

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Halves => _folder.Path("recordings/uploads");

    private string Whole => _folder.Path($"recordings/{Hash.Value[..2]}/{Hash}.rrd");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_came_whole_is_found_under_its_receipt()
    {
        var uploads = Open();

        var receipt = await uploads.ReceiveAsync(Hash, UploadPart.Whole(File1.Length), new Sender(File1), Token);

        receipt.ShouldBe(new(Hash, File1.Length, UploadOutcome.New));
        var kept = (await uploads.FindAsync(Hash, Token)).ShouldNotBeNull();
        (kept.Kept.Mode, kept.SizeBytes, kept.FileSha256).ShouldBe((KeepMode.Copy, File1.Length, Hash));
        (await File.ReadAllBytesAsync(_folder.Path(kept.Kept.Location), Token)).ShouldBe(File1);
        Directory.GetFiles(Halves).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_whose_length_nobody_announced_is_taken_in_too()
    {
        (await Open().ReceiveAsync(Hash, UploadPart.Whole(null), new Sender(File1), Token)).Outcome.ShouldBe(UploadOutcome.New);

        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(File1);
    }

    [Fact]
    public async Task Bytes_that_are_there_are_known_and_not_read_again()
    {
        var uploads = Open();
        await uploads.ReceiveAsync(Hash, UploadPart.Whole(File1.Length), new Sender(File1), Token);

        (await uploads.ReceiveAsync(Hash, UploadPart.Whole(File1.Length), Sender.Unread, Token)).ShouldBe(new(Hash, File1.Length, UploadOutcome.Known));
        (await Open().ReceiveAsync(Hash, new(10, 5, File1.Length), Sender.Unread, Token)).Outcome.ShouldBe(UploadOutcome.Known);
    }

    [Fact]
    public async Task A_copy_that_was_damaged_on_disk_is_not_there_and_an_upload_mends_it()
    {
        await Open().ReceiveAsync(Hash, UploadPart.Whole(null), new Sender(File1), Token);
        await File.WriteAllBytesAsync(Whole, new byte[File1.Length], Token);
        var uploads = Open();

        (await uploads.FindAsync(Hash, Token)).ShouldBeNull();
        (await uploads.ReceiveAsync(Hash, UploadPart.Whole(null), new Sender(File1), Token)).Outcome.ShouldBe(UploadOutcome.New);
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(File1);
    }

    [Fact]
    public async Task Other_bytes_than_announced_are_refused_and_nothing_of_them_stays()
    {
        byte[] other = [.. File1.Reverse()];

        var refused = await Should.ThrowAsync<UploadRefusedException>(() => Open().ReceiveAsync(Hash, UploadPart.Whole(null), new Sender(other), Token));

        refused.Fault.ShouldBe(UploadFault.OtherBytes);
        refused.Message.ShouldContain($"expected bytes with the SHA-256 {Hash}, found {Sha256Digest.Of(other)}");
        _folder.FilesIn("recordings").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_that_was_cut_is_seen_by_nobody_and_goes_on_where_it_was_also_after_a_restart()
    {
        await Should.ThrowAsync<UploadCutException>(() => Open().ReceiveAsync(Hash, UploadPart.Whole(File1.Length), new Sender(File1) { CutAfter = 300_000 }, Token));
        var store = Store();
        var uploads = new RecordingUploads(store, new());
        uploads.ReceivedOf(Hash).ShouldBe(300_000);
        (await uploads.FindAsync(Hash, Token)).ShouldBeNull();
        (await store.ListAsync(Token).ToListAsync(Token)).ShouldHaveSingleItem().Location.ShouldBeNull();

        var rest = new Sender(File1[300_000..]);
        (await uploads.ReceiveAsync(Hash, new(300_000, 400_000, 700_000), rest, Token)).Outcome.ShouldBe(UploadOutcome.New);

        rest.Sent.ShouldBe(400_000);
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(File1);
        Directory.GetFiles(Halves).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_may_come_in_parts_and_is_there_with_the_last_one()
    {
        var uploads = Open();

        (await uploads.ReceiveAsync(Hash, new(0, 200_000, 700_000), new Sender(File1[..200_000]), Token)).ShouldBe(new(Hash, 200_000, UploadOutcome.Partial));

        // Bytes that are there already may come again.
        (await uploads.ReceiveAsync(Hash, new(100_000, 300_000, 700_000), new Sender(File1[100_000..400_000]), Token)).ShouldBe(new(Hash, 400_000, UploadOutcome.Partial));
        (await uploads.FindAsync(Hash, Token)).ShouldBeNull();
        (await uploads.ReceiveAsync(Hash, new(400_000, 300_000, 700_000), new Sender(File1[400_000..]), Token)).Outcome.ShouldBe(UploadOutcome.New);
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(File1);
    }

    [Fact]
    public async Task Parts_that_come_to_other_bytes_are_refused_as_a_whole()
    {
        var uploads = Open();
        await uploads.ReceiveAsync(Hash, new(0, 10, 700_000), new Sender(new byte[10]), Token);

        var refused = await Should.ThrowAsync<UploadRefusedException>(() => uploads.ReceiveAsync(Hash, new(10, 699_990, 700_000), new Sender(File1[10..]), Token));

        refused.Fault.ShouldBe(UploadFault.OtherBytes);
        Directory.GetFiles(Halves).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_that_leaves_a_gap_is_refused_and_told_from_where_to_go_on()
    {
        var uploads = Open();
        await uploads.ReceiveAsync(Hash, new(0, 10, 700_000), new Sender(File1[..10]), Token);

        var refused = await Should.ThrowAsync<UploadRefusedException>(() => uploads.ReceiveAsync(Hash, new(11, 10, 700_000), Sender.Unread, Token));

        (refused.Fault, refused.Next).ShouldBe((UploadFault.Gap, "go on from byte 10"));
        uploads.ReceivedOf(Hash).ShouldBe(10);
    }

    [Fact]
    public async Task A_sender_who_ends_before_what_they_announced_can_go_on()
    {
        var uploads = Open();

        await Should.ThrowAsync<UploadCutException>(() => uploads.ReceiveAsync(Hash, UploadPart.Whole(File1.Length), new Sender(File1[..50]), Token));

        uploads.ReceivedOf(Hash).ShouldBe(50);
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_before_it_is_read_or_when_it_turns_out()
    {
        var uploads = Open(new() { MaxBytes = 699_999 });

        foreach (var (part, sender) in new[] { (UploadPart.Whole(700_000), Sender.Unread), (new(0, 10, 700_000), Sender.Unread), (UploadPart.Whole(null), new Sender(File1)) })
        {
            var refused = await Should.ThrowAsync<UploadRefusedException>(() => uploads.ReceiveAsync(Hash, part, sender, Token));
            refused.Fault.ShouldBe(UploadFault.TooLarge);
            refused.Message.ShouldContain("699999");
        }

        _folder.FilesIn("recordings").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_disk_has_no_room_for_is_refused_before_it_is_read()
    {
        var uploads = Open(new() { MaxBytes = long.MaxValue });

        (await Should.ThrowAsync<UploadRefusedException>(() => uploads.ReceiveAsync(Hash, UploadPart.Whole(1L << 60), Sender.Unread, Token))).Fault.ShouldBe(UploadFault.NoRoom);

        _folder.FilesIn("recordings").ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_goes_on_with_what_somebody_still_writes_waits_and_is_told_when_it_takes_too_long()
    {
        var uploads = Open(new() { WaitForOtherNs = 0 });
        var go = new TaskCompletionSource();
        var slow = new Sender(File1) { PauseAt = 100_000, Pause = go.Task, CutAfter = 500_000 };
        var writing = uploads.ReceiveAsync(Hash, UploadPart.Whole(File1.Length), slow, Token);
        await slow.Paused.Task;

        (await Should.ThrowAsync<UploadRefusedException>(() => uploads.ReceiveAsync(Hash, new(100_000, 600_000, 700_000), Sender.Unread, Token))).Fault.ShouldBe(UploadFault.UnderWay);

        var patient = Open(new() { WaitForOtherNs = 300_000_000_000 }).ReceiveAsync(Hash, new(100_000, 600_000, 700_000), new Sender(File1[100_000..]), Token);
        go.SetResult();
        await Should.ThrowAsync<UploadCutException>(() => writing);
        (await patient).Outcome.ShouldBe(UploadOutcome.New);
    }

    /// <summary>So that who opened it under the old name, and comes to lock it later, sees that it is not theirs.</summary>
    [Fact]
    public async Task Whoever_goes_on_with_a_half_upload_gives_it_a_name_that_no_file_had_before()
    {
        var uploads = Open();
        await uploads.ReceiveAsync(Hash, new(0, 10, 700_000), new Sender(File1[..10]), Token);
        var before = _folder.FilesIn("recordings/uploads").ShouldHaveSingleItem();
        var go = new TaskCompletionSource();
        var paused = new Sender(File1[10..]) { PauseAt = 0, Pause = go.Task };
        var receiving = uploads.ReceiveAsync(Hash, new(10, 699_990, 700_000), paused, Token);
        await paused.Paused.Task;

        _folder.FilesIn("recordings/uploads").ShouldHaveSingleItem().ShouldNotBe(before);

        go.SetResult();
        await receiving;
    }

    [Fact]
    public async Task Whoever_sends_the_same_file_at_once_ends_well_and_it_is_stored_once()
    {
        var uploads = Open();
        var go = new TaskCompletionSource();
        var senders = Enumerable.Range(0, 6).Select(_ => new Sender(File1) { PauseAt = 100_000, Pause = go.Task }).ToList();
        var receiving = senders.Select(s => uploads.ReceiveAsync(Hash, UploadPart.Whole(File1.Length), s, Token)).ToList();
        await Task.WhenAll(senders.Select(s => s.Paused.Task));
        go.SetResult();

        (await Task.WhenAll(receiving)).ShouldContain(r => r.Outcome == UploadOutcome.New);

        _folder.FilesIn("recordings").ShouldBe([Whole]);
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(File1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_cut_uploads_of_one_file_meet_the_file_is_whole_and_nothing_else_stays(int seed)
    {
        var store = Store();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(k => Task.Run(() => SendAsync(new Random(seed * 100 + k)), Token)));

        _folder.FilesIn("recordings").Where(f => !f.EndsWith(".part", StringComparison.Ordinal)).ShouldBe([Whole]);
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(File1);

        // As a publisher that is cut now and then, asks how far it is, and goes on from there or begins anew.
        async Task SendAsync(Random random)
        {
            var uploads = new RecordingUploads(store, new() { WaitForOtherNs = 5_000_000 });
            while (true)
            {
                var start = random.Next(3) == 0 ? 0 : (int)uploads.ReceivedOf(Hash);
                try
                {
                    var sender = new Sender(File1[start..]) { CutAfter = random.Next(100_000, 2_000_000) };
                    if ((await uploads.ReceiveAsync(Hash, new(start, File1.Length - start, File1.Length), sender, Token)).Outcome != UploadOutcome.Partial)
                    {
                        return;
                    }
                }
                catch (Exception e) when (e is UploadCutException or UploadRefusedException { Fault: UploadFault.UnderWay or UploadFault.Gap })
                {
                    await Task.Yield();
                }
            }
        }
    }

    [Fact]
    public async Task Rule_15_its_bytes_and_its_name_survive_a_power_cut_once_it_is_answered()
    {
        var disk = new ObservedDisk();
        var uploads = new RecordingUploads(new LocalRecordingStore(new(_folder.Root, [], null), disk), new());

        await uploads.ReceiveAsync(Hash, UploadPart.Whole(null), new Sender(File1), Token);

        disk.Flushes[0].ShouldBe("file");
        disk.NamedTooEarly.ShouldBeEmpty();
        disk.Survives(Whole).ShouldBeTrue();
    }

    private LocalRecordingStore Store() => new(new(_folder.Root, [], null));

    private RecordingUploads Open(UploadOptions? options = null) => new(Store(), options ?? new());
}

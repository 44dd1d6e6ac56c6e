using Strata.Rrd.Editing;
using Strata.Rrd.Tests.Hostile;

namespace Strata.Rrd.Tests.Editing;

public class RecoveryTests
{
    private static readonly byte[] Whole = Edited.Bytes("sdk/features/log_and_columns.rrd");

    [Fact]
    public async Task Of_a_whole_file_nothing_is_lost()
    {
        var (saved, report) = await RecoverAsync(Whole);

        (report.LostBytes, report.Lost.Count).ShouldBe((0, 0));
        saved.ShouldBe((await Edited.MergeAsync(Whole)).Bytes);
    }

    [Fact]
    public async Task Cut_at_any_byte_all_whole_chunks_are_saved_and_the_rest_is_told()
    {
        var ends = (await EntriesAsync(Whole)).Select(entry => entry.ByteOffset + entry.ByteSize).ToList();
        var firstMessage = ends[0];
        for (var length = 200; length < Whole.Length; length += 7)
        {
            var (saved, report) = await RecoverAsync(Whole[..length]);

            report.Editing.ChunksWritten.ShouldBe(ends.Count(end => end <= length), $"cut at {length}");
            (await Recording.OpenAsync(saved)).Contents.UsedFooter.ShouldBeTrue();
            report.Lost.Sum(lost => lost.Length).ShouldBe(report.LostBytes);
        }
        firstMessage.ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task Behind_a_damaged_payload_the_next_chunks_are_saved()
    {
        var entries = await EntriesAsync(Whole);
        var damaged = Whole.ToArray();
        damaged.AsSpan((int)entries[1].ByteOffset + 60, 200).Clear();

        var (saved, report) = await RecoverAsync(damaged);

        report.Editing.ChunksWritten.ShouldBe(entries.Count - 1);
        var lost = report.Lost.ShouldHaveSingleItem();
        (lost.Offset, lost.Length).ShouldBe((entries[1].ByteOffset - MessageHeader.Size, entries[1].ByteSize + MessageHeader.Size));
        (await Ids(saved)).ShouldBe(entries.Where((_, i) => i != 1).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Behind_a_damaged_length_the_next_chunks_are_found()
    {
        var entries = await EntriesAsync(Whole);
        var damaged = Whole.ToArray();
        damaged[entries[1].ByteOffset - 8] ^= 0x55;
        damaged[entries[1].ByteOffset - 3] ^= 0x55;

        var (saved, report) = await RecoverAsync(damaged);

        (await Ids(saved)).ShouldBe(entries.Where((_, i) => i != 1).Select(entry => entry.Id));
        report.Lost.ShouldHaveSingleItem().Length.ShouldBe(entries[1].ByteSize + MessageHeader.Size);
        await Edited.ShouldBeSoundAsync(saved, "saved");
    }

    [Fact]
    public async Task With_its_beginning_gone_the_chunks_are_found_and_their_store_is_announced()
    {
        var entries = await EntriesAsync(Whole);
        var rest = Whole[(int)(entries[0].ByteOffset + 5)..];

        var (saved, report) = await RecoverAsync(rest);

        (await Ids(saved)).ShouldBe(entries.Skip(1).Select(entry => entry.Id));
        report.LostBytes.ShouldBeGreaterThan(0);
        await Edited.ShouldBeSoundAsync(saved, "saved");
    }

    [Fact]
    public async Task A_block_of_zeros_in_the_middle_costs_only_what_it_covers()
    {
        var bytes = Edited.Bytes("sdk/features/any_values.rrd");
        var entries = await EntriesAsync(bytes);
        var damaged = bytes.ToArray();
        damaged.AsSpan((int)entries[0].ByteOffset - 30, 60).Clear();

        var (saved, _) = await RecoverAsync(damaged);

        (await Ids(saved)).ShouldBe(entries.Skip(1).Select(entry => entry.Id));
    }

    [Fact]
    public async Task What_has_nothing_of_a_recording_is_refused()
    {
        var random = new byte[5_000];
        new Random(1).NextBytes(random);

        (await Should.ThrowAsync<RecordingInputException>(() => RecoverAsync(random))).Fault.Expected.ShouldContain("at least one whole message");
        await Should.ThrowAsync<RecordingInputException>(() => RecoverAsync([]));
    }

    [Fact]
    public async Task A_file_that_is_full_of_what_looks_like_messages_costs_no_more_than_it_may()
    {
        var header = new byte[MessageHeader.Size + 1];
        new MessageHeader((ulong)MessageKind.ArrowMsg, 100_000).Write(header);
        header[^1] = 0x0A;
        var bytes = new byte[400_000];
        for (var at = 0; at + header.Length <= bytes.Length; at += header.Length)
        {
            header.CopyTo(bytes, at);
        }

        // Not Shouldly's: it goes on in another thread, whose bytes the probe would count.
        await Probe.MeasureAsync(bytes.Length, async () => await Assert.ThrowsAsync<RecordingInputException>(() => RecoverAsync(bytes, new() { ReadsAhead = false })), "look-alikes");
    }

    private static async Task<(byte[] Bytes, RecoveryReport Report)> RecoverAsync(byte[] bytes, EditingOptions? options = null)
    {
        using var stream = new MemoryStream();
        var report = await RecordingRecovery.RunAsync("damaged", new MemoryBytes(bytes), stream, options ?? new(), Edited.Token);
        return (stream.ToArray(), report);
    }

    private static async Task<List<ChunkEntry>> EntriesAsync(byte[] bytes) => [.. (await Recording.OpenAsync(bytes)).Contents.Stores.SelectMany(store => store.Manifest.Entries).OrderBy(entry => entry.ByteOffset)];

    private static async Task<IEnumerable<Tuid>> Ids(byte[] bytes) => (await EntriesAsync(bytes)).Select(entry => entry.Id);
}

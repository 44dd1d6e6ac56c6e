namespace Strata.Rrd.Tests;

/// <summary>Where a file ends, and whether its writer wanted it to.</summary>
public sealed class RecordingEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("F1.rrd", true)]
    [InlineData("lz4.rrd", true)]
    [InlineData("concat.rrd", true)]
    [InlineData("noeos.rrd", false)]
    [InlineData("cut.rrd", false)]
    public async Task A_file_says_itself_whether_it_is_finished(string fixture, bool isMarked) =>
        (await RecordingEnd.IsMarkedAsync(new MemoryBytes(Recording.Fixture(fixture)), Token)).ShouldBe(isMarked);

    [Fact]
    public async Task A_file_is_not_finished_before_its_last_byte()
    {
        var whole = Recording.Fixture("F1.rrd");
        for (var length = 0; length < whole.Length; length++)
        {
            (await RecordingEnd.IsMarkedAsync(new MemoryBytes(whole.AsMemory(0, length)), Token)).ShouldBe(EndsWithAMessage(whole, length), $"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public async Task Zeros_in_the_middle_of_a_chunk_are_no_end()
    {
        var whole = Recording.Fixture("F1.rrd");
        var cut = whole[..(StreamHeader.Size + MessageHeader.Size + 20)];
        cut.AsSpan(^16..).Clear();

        (await RecordingEnd.IsMarkedAsync(new MemoryBytes(cut), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_length_that_nobody_could_have_written_is_no_end()
    {
        var bytes = Recording.Fixture("F1.rrd")[..(StreamHeader.Size + MessageHeader.Size)];
        new MessageHeader(2, ulong.MaxValue).Write(bytes.AsSpan(StreamHeader.Size));

        (await RecordingEnd.IsMarkedAsync(new MemoryBytes(bytes), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_no_recording_has_no_end() =>
        (await RecordingEnd.IsMarkedAsync(new MemoryBytes("no recording, but long enough to hold a trailer of one"u8.ToArray()), Token)).ShouldBeFalse();

    /// <summary>Before releases wrote trailers an End message was the end: a file that was cut just behind one cannot be told from theirs.</summary>
    private static bool EndsWithAMessage(byte[] whole, int length)
    {
        var trailer = StreamFooter.ReadEntry(whole.AsSpan(^StreamFooter.Size..));
        return (ulong)length == trailer.Start + trailer.Length;
    }
}

using Strata.Catalog.Reading;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Catalog.Tests.Reading;

public class FetchPlanTests
{
    private const int Header = MessageHeader.Size;

    private static readonly FetchedLayer[] Layers = [Layer("one"), Layer("two")];

    [Fact]
    public void Neighbours_are_read_at_once_with_the_header_of_the_first()
    {
        var span = Plan(Chunk(0, 100, 50), Chunk(0, 100 + 50 + Header, 30)).ShouldHaveSingleItem();

        (span.Start, span.Length).ShouldBe((100 - Header, Header + 50 + Header + 30));
    }

    [Fact]
    public void Chunks_come_file_by_file_in_the_order_of_each_file()
    {
        var spans = Plan(Chunk(1, 900, 10), Chunk(0, 500, 10), Chunk(1, 100, 10));

        spans.SelectMany(s => s.Chunks).Select(c => (c.Layer, c.Entry.ByteOffset)).ShouldBe([(0, 500), (1, 100), (1, 900)]);
        spans.Count.ShouldBe(2);
    }

    [Fact]
    public void A_gap_that_is_too_wide_is_not_read()
    {
        var spans = Plan(Chunk(0, 100, 10), Chunk(0, 110 + Header + FetchPlan.MaxGapBytes, 10), Chunk(0, 60_000, 10));

        spans.Select(s => s.Chunks.Length).ShouldBe([2, 1]);
    }

    [Fact]
    public void What_is_read_at_once_is_bounded()
    {
        var chunks = Enumerable.Range(0, 100).Select(k => Chunk(0, 100 + (k * 10_016L), 10_000)).ToArray();

        var spans = Plan(chunks);

        spans.ShouldAllBe(s => s.Length <= FetchPlan.SpanBytes);
        spans.SelectMany(s => s.Chunks).ShouldBe(chunks);
        spans.Count.ShouldBe(17);
    }

    [Fact]
    public void A_large_chunk_is_alone()
    {
        Plan(Chunk(0, 100, 10), Chunk(0, 130, 5_000_000), Chunk(0, 5_000_150, 10)).Select(s => s.Chunks.Length).ShouldBe([1, 1, 1]);
        Plan(Chunk(0, 100, 5_000_000), Chunk(0, 100, 5_000_000)).Select(s => s.Chunks.Length).ShouldBe([1, 1]);
    }

    [Fact]
    public void A_chunk_that_is_asked_for_twice_is_read_once_and_sent_twice()
    {
        var span = Plan(Chunk(0, 100, 500), Chunk(0, 100, 500)).ShouldHaveSingleItem();

        (span.Length, span.Chunks.Length).ShouldBe((500 + Header, 2));
    }

    [Fact]
    public void Two_recordings_of_one_file_are_one_file()
    {
        FetchedLayer[] layers = [Layer("same"), Layer("same")];

        FetchPlan.Spans(layers, [Chunk(1, 300, 10), Chunk(0, 100, 10), Chunk(1, 200, 10)]).ShouldHaveSingleItem().Chunks.Length.ShouldBe(3);
    }

    private static List<FetchSpan> Plan(params FetchedChunk[] chunks) => [.. FetchPlan.Spans(Layers, chunks)];

    private static FetchedChunk Chunk(int layer, long offset, int size) => new(layer, new(new Tuid(1, (ulong)offset), false, offset, size));

    private static FetchedLayer Layer(string file) => new(DatasetId.Parse(new string('1', 32)), "s", "base", "app", "file:///x", new KeptBytes(KeepMode.Copy, file, null, null), Sha256Digest.Of([]), 1);
}

using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>A chunk that is sent, as its index has it. Offset and size are those of the message behind its header.</summary>
internal readonly record struct FetchedChunk(int Layer, Tuid Id, bool IsStatic, long ByteOffset, int ByteSize)
{
    /// <summary>Where its header starts.</summary>
    public long Start => ByteOffset - MessageHeader.Size;

    public long End => ByteOffset + ByteSize;
}

/// <summary>Neighbouring chunks of one file, read at once.</summary>
internal sealed record FetchSpan(KeptBytes File, long Start, int Length, ImmutableArray<FetchedChunk> Chunks);

/// <summary>Spans that are sent in one message.</summary>
internal sealed record FetchBatch(ImmutableArray<FetchSpan> Spans)
{
    public int Bytes { get; } = Spans.Sum(s => s.Length);
}

/// <summary>In which order and in which pieces chunks are read: file by file, neighbours together. Source: catalog-protocol §2.15.</summary>
internal static class FetchPlan
{
    /// <summary>Bytes of a message: enough that framing costs nothing, little enough that a client works while the next one is read. A larger chunk is a message of its own.</summary>
    public const int BatchBytes = 1024 * 1024;

    /// <summary>Bytes between two chunks that are read along rather than skipped, as Rerun's own reader does.</summary>
    public const int MaxGapBytes = 64 * 1024;

    /// <param name="layers">In the order in which the client named them.</param>
    public static IEnumerable<FetchBatch> Batches(IReadOnlyList<FetchedLayer> layers, IEnumerable<FetchedChunk> chunks)
    {
        var files = new Dictionary<KeptBytes, int>();
        foreach (var layer in layers)
        {
            files.TryAdd(layer.Kept, files.Count);
        }

        var spans = ImmutableArray.CreateBuilder<FetchSpan>();
        var bytes = 0L;
        foreach (var span in chunks.OrderBy(c => files[layers[c.Layer].Kept]).ThenBy(c => c.ByteOffset).Aggregate(new Spans(layers), (s, c) => s.Add(c)).Finish())
        {
            if (spans.Count > 0 && bytes + span.Length > BatchBytes)
            {
                yield return new(spans.DrainToImmutable());
                bytes = 0;
            }

            spans.Add(span);
            bytes += span.Length;
        }

        if (spans.Count > 0)
        {
            yield return new(spans.DrainToImmutable());
        }
    }

    private sealed class Spans(IReadOnlyList<FetchedLayer> layers)
    {
        private readonly List<FetchSpan> _done = [];
        private readonly ImmutableArray<FetchedChunk>.Builder _chunks = ImmutableArray.CreateBuilder<FetchedChunk>();
        private long _end;

        public Spans Add(FetchedChunk chunk)
        {
            if (_chunks.Count > 0 && !Continues(chunk))
            {
                Close();
            }

            _end = _chunks.Count == 0 ? chunk.End : Math.Max(_end, chunk.End);
            _chunks.Add(chunk);
            return this;
        }

        public List<FetchSpan> Finish()
        {
            if (_chunks.Count > 0)
            {
                Close();
            }

            return _done;
        }

        private bool Continues(FetchedChunk chunk) =>
            layers[chunk.Layer].Kept == layers[_chunks[0].Layer].Kept
            && chunk.Start - _end <= MaxGapBytes
            && (chunk.End <= _end || chunk.End - _chunks[0].Start <= BatchBytes);

        private void Close() => _done.Add(new(layers[_chunks[0].Layer].Kept, _chunks[0].Start, checked((int)(_end - _chunks[0].Start)), _chunks.DrainToImmutable()));
    }
}

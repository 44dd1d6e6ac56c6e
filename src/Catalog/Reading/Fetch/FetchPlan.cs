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
        foreach (var span in Spans(layers, chunks.OrderBy(c => files[layers[c.Layer].Kept]).ThenBy(c => c.ByteOffset)))
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

    private static IEnumerable<FetchSpan> Spans(IReadOnlyList<FetchedLayer> layers, IEnumerable<FetchedChunk> sorted)
    {
        var chunks = ImmutableArray.CreateBuilder<FetchedChunk>();
        var (start, end) = (0L, 0L);
        KeptBytes? file = null;
        foreach (var chunk in sorted)
        {
            var kept = layers[chunk.Layer].Kept;
            var continues = kept == file && chunk.Start - end <= MaxGapBytes && (chunk.End <= end || chunk.End - start <= BatchBytes);
            if (!continues)
            {
                if (file is not null)
                {
                    yield return new(file, start, checked((int)(end - start)), chunks.DrainToImmutable());
                }

                (file, start, end) = (kept, chunk.Start, chunk.End);
            }

            end = Math.Max(end, chunk.End);
            chunks.Add(chunk);
        }

        if (file is not null)
        {
            yield return new(file, start, checked((int)(end - start)), chunks.DrainToImmutable());
        }
    }
}

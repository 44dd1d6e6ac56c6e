using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>A chunk that is sent: which layer of the request, and what the layer's index tells of it.</summary>
internal readonly record struct FetchedChunk(int Layer, RelayedEntry Entry)
{
    /// <summary>Where its header starts.</summary>
    public long Start => Entry.ByteOffset - MessageHeader.Size;

    public long End => Entry.ByteOffset + Entry.ByteSize;

    public long Length => End - Start;
}

/// <summary>Neighbouring chunks of one file that are read at once, or one large chunk.</summary>
/// <param name="Length">Bytes from <paramref name="Start"/> to the end of the last chunk.</param>
internal sealed record FetchSpan(KeptBytes File, long Start, long Length, ImmutableArray<FetchedChunk> Chunks);

/// <summary>In which order and in which pieces chunks are read: file by file, neighbours together. Source: catalog-protocol §2.15.</summary>
internal static class FetchPlan
{
    /// <summary>Bytes that are read at once. A larger chunk is passed on in pieces and never lies in memory.</summary>
    public const int SpanBytes = 64 * 1024;

    /// <summary>Bytes between two chunks that are read along rather than skipped: reading them takes less time than asking once more.</summary>
    public const int MaxGapBytes = 4 * 1024;

    /// <param name="layers">In the order in which the client named them.</param>
    public static IEnumerable<FetchSpan> Spans(IReadOnlyList<FetchedLayer> layers, IEnumerable<FetchedChunk> chunks)
    {
        var files = new Dictionary<KeptBytes, int>();
        foreach (var layer in layers)
        {
            files.TryAdd(layer.Kept, files.Count);
        }

        var near = ImmutableArray.CreateBuilder<FetchedChunk>();
        var (start, end) = (0L, 0L);
        KeptBytes? file = null;
        foreach (var chunk in chunks.OrderBy(c => files[layers[c.Layer].Kept]).ThenBy(c => c.Start))
        {
            var kept = layers[chunk.Layer].Kept;
            var continues = kept == file && chunk.Start - end <= MaxGapBytes && Math.Max(end, chunk.End) - start <= SpanBytes;
            if (!continues)
            {
                if (file is not null)
                {
                    yield return new(file, start, end - start, near.DrainToImmutable());
                }

                (file, start, end) = (kept, chunk.Start, chunk.End);
            }

            end = Math.Max(end, chunk.End);
            near.Add(chunk);
        }

        if (file is not null)
        {
            yield return new(file, start, end - start, near.DrainToImmutable());
        }
    }
}

using System.Collections.Immutable;

namespace Strata.Catalog.Reading;

/// <summary>
/// Chooses the chunks of one layer that a query needs: never fewer, so that a reader's rows are those that it would have with all chunks.
/// A static value does not hide a temporal one here, although it wins: the index does not tell whether the static cell is null, and the client arbitrates
/// across layers anyway. For the same reason components narrow only what is current at a time: rows are those of whole entities. Source: catalog-protocol §2.14, §11.3.
/// </summary>
internal static class ChunkSelector
{
    /// <returns>Positions in the index, ascending.</returns>
    public static ImmutableArray<int> Select(ChunkIndexView index, string segment, ChunkQuery query)
    {
        if (query.IsEmpty || query.Segments?.Contains(segment) == false)
        {
            return [];
        }

        var marked = new bool[index.Count];
        foreach (var times in query.Times)
        {
            Mark(index, segment, query.Contents, times, marked);
        }

        var wanted = index.EntityPaths.Select(query.Contents.Wants).ToArray();
        var chosen = ImmutableArray.CreateBuilder<int>();
        for (var chunk = 0; chunk < marked.Length; chunk++)
        {
            if (wanted[index.EntityOf(chunk)] && (index.IsStatic(chunk) ? query.Statics : marked[chunk]))
            {
                chosen.Add(chunk);
            }
        }

        return chosen.DrainToImmutable();
    }

    private static void Mark(ChunkIndexView index, string segment, ContentFilter contents, TimeSelection times, bool[] marked)
    {
        switch (times)
        {
            case AllTimes:
                marked.AsSpan().Fill(true);
                break;
            case TimesBetween range:
                MarkWhere(index, range.Timeline, marked, (start, end) => start <= range.End && end >= range.Start);
                break;
            case LatestAt latest:
                LatestAtChunks.Mark(index, contents, latest.Timeline, [latest.At], marked);
                break;
            case SampledTimes samples when samples.TimesOfSegments.TryGetValue(segment, out var own):
                if (samples.Fill)
                {
                    LatestAtChunks.Mark(index, contents, samples.Timeline, own.AsSpan(), marked);
                }
                else
                {
                    MarkWhere(index, samples.Timeline, marked, (start, end) => HoldsAny(own.AsSpan(), start, end));
                }

                break;
        }
    }

    private static void MarkWhere(ChunkIndexView index, string timeline, bool[] marked, Func<long, long, bool> isNeeded)
    {
        if (index.FindTimeline(timeline) is not { } spans)
        {
            return;
        }

        for (var chunk = 0; chunk < marked.Length; chunk++)
        {
            marked[chunk] |= spans.IsPresent(chunk) && isNeeded(spans.Start(chunk), spans.End(chunk));
        }
    }

    private static bool HoldsAny(ReadOnlySpan<long> times, long start, long end)
    {
        var next = times.BinarySearch(start);
        next = next < 0 ? ~next : next;
        return next < times.Length && times[next] <= end;
    }
}

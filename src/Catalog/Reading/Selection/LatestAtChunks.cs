using System.Runtime.InteropServices;

namespace Strata.Catalog.Reading;

/// <summary>
/// Finds the chunks that may hold what is current at some times. Of one component of one entity let S be the latest start of a chunk up to time t: the value that is
/// current at t lies between S and t, hence in a chunk that starts up to t and ends from S on. The starts and ends are those of the component and not of the
/// chunk, whose first row may lack it. Source: catalog-protocol §2.14.
/// </summary>
internal static class LatestAtChunks
{
    /// <param name="times">Sorted.</param>
    public static void Mark(ChunkIndexView index, ContentFilter contents, string timeline, ReadOnlySpan<long> times, bool[] marked)
    {
        if (times.IsEmpty || index.FindTimeline(timeline) is not { } whole)
        {
            return;
        }

        var indexed = new bool[index.Count];
        var starts = new List<(int Entity, long Start)>();
        foreach (var (component, spans) in index.ComponentsOn(timeline))
        {
            starts.Clear();
            for (var chunk = 0; chunk < index.Count; chunk++)
            {
                if (spans.IsPresent(chunk))
                {
                    indexed[chunk] = true;
                    starts.Add((index.EntityOf(chunk), spans.Start(chunk)));
                }
            }

            starts.Sort();
            for (var chunk = 0; chunk < index.Count; chunk++)
            {
                if (!marked[chunk] && spans.IsPresent(chunk) && contents.Wants(index.EntityPathOf(chunk), component))
                {
                    marked[chunk] = IsNeeded(CollectionsMarshal.AsSpan(starts), index.EntityOf(chunk), spans.Start(chunk), spans.End(chunk), times);
                }
            }
        }

        // An index that tells of no component of a chunk (a foreign writer's) leaves only the chunk as a whole to go by.
        for (var chunk = 0; chunk < index.Count; chunk++)
        {
            marked[chunk] |= !indexed[chunk] && whole.IsPresent(chunk) && whole.Start(chunk) <= times[^1] && contents.Wants(index.EntityPathOf(chunk));
        }
    }

    /// <summary>The first time from the chunk's start on is the one for which the least is asked of its end.</summary>
    private static bool IsNeeded(ReadOnlySpan<(int Entity, long Start)> starts, int entity, long start, long end, ReadOnlySpan<long> times)
    {
        var next = times.BinarySearch(start);
        next = next < 0 ? ~next : next;
        if (next == times.Length)
        {
            return false;
        }

        var at = starts.BinarySearch((entity, times[next]));
        if (at < 0)
        {
            at = ~at - 1;
        }

        return end >= starts[at].Start;
    }
}

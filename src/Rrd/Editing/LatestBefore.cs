namespace Strata.Rrd.Editing;

/// <summary>The last value of each component before a time, which a part that begins there would otherwise miss.</summary>
internal static class LatestBefore
{
    private readonly record struct Latest(long Time, Tuid Row, int Index, int RowInChunk);

    /// <returns>One-row chunks with new ids, for components without a row at just this time.</returns>
    public static async Task<IReadOnlyList<Chunk>> FindAsync(RrdReader reader, RrdStore store, string timeline, long start, int part, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<(EntityPath Path, ComponentDescriptor Component), Latest>();
        foreach (var ranges in store.Manifest.ComponentRanges.Where(ranges => ranges.Timeline == timeline))
        {
            foreach (var index in Candidates(ranges, start))
            {
                var key = (store.Manifest.EntityPaths[index], ranges.Component);
                if (!latest.TryGetValue(key, out var known) || ranges.Ends[index] >= known.Time)
                {
                    var chunk = await reader.ReadChunkAsync(store.Manifest[index], cancellationToken).ConfigureAwait(false);
                    if (Search(chunk, timeline, ranges.Component, start, index) is { } found && (!latest.TryGetValue(key, out known) || (found.Time, found.Row).CompareTo((known.Time, known.Row)) > 0))
                    {
                        latest[key] = found;
                    }
                }
            }
        }
        var chunks = new List<Chunk>();
        foreach (var row in latest.Where(pair => pair.Value.Time < start).GroupBy(pair => (pair.Value.Index, pair.Value.RowInChunk)).OrderBy(row => row.Key))
        {
            var chunk = await reader.ReadChunkAsync(store.Manifest[row.Key.Index], cancellationToken).ConfigureAwait(false);
            chunks.Add(OneRow(chunk, row.Key.RowInChunk, part, [.. row.Select(pair => pair.Key.Component)]));
        }
        return chunks;
    }

    // The latest first, so that most of the earlier ones need not be read.
    private static IEnumerable<int> Candidates(ComponentRanges ranges, long start)
    {
        var candidates = new List<(long End, int Index)>();
        for (var i = 0; i < ranges.Starts.Length; i++)
        {
            if (ranges.IsPresent[i] && ranges.Starts[i] <= start)
            {
                candidates.Add((ranges.Ends[i], i));
            }
        }
        return candidates.OrderByDescending(candidate => candidate).Select(candidate => candidate.Index);
    }

    // A row at the start itself counts, too: it makes earlier ones needless.
    private static Latest? Search(Chunk chunk, string timeline, ComponentDescriptor component, long start, int index)
    {
        var times = chunk.Timeline(timeline)!.Times;
        var lists = chunk.Component(component.Component)!.Lists;
        Latest? best = null;
        for (var row = 0; row < times.Length; row++)
        {
            if (times[row] <= start && lists.IsValid(row) && (best is not { } known || (times[row], chunk.RowId(row)).CompareTo((known.Time, known.Row)) >= 0))
            {
                best = new Latest(times[row], chunk.RowId(row), index, row);
            }
        }
        return best;
    }

    private static Chunk OneRow(Chunk chunk, int row, int part, HashSet<ComponentDescriptor> components)
    {
        var slice = ChunkRows.Slice(chunk, EditedId.Of([chunk.Id, chunk.RowId(row)], part), row, 1);
        var rowId = new byte[Tuid.Size];
        EditedId.Of([chunk.RowId(row), chunk.Id], part).WriteBigEndian(rowId);
        return new Chunk(slice.Id, slice.EntityPath, Strata.Arrow.FixedSizeBinaryArray.Wrap(Tuid.Size, rowId, 1), slice.Timelines, slice.Components.Where(component => components.Contains(component.Descriptor)));
    }
}

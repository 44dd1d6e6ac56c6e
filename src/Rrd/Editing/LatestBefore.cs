using System.Runtime.InteropServices;

namespace Strata.Rrd.Editing;

/// <summary>The last value of each component before a time, which a part that begins there would otherwise miss.</summary>
internal static class LatestBefore
{
    private readonly record struct Latest(long Time, Tuid Row, int Index, int RowInChunk);

    /// <returns>One-row chunks with new ids, for components without a row at just this time.</returns>
    public static async Task<IReadOnlyList<Chunk>> FindAsync(RrdReader reader, RrdStore store, string timeline, long start, int part, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<(EntityPath Path, ComponentDescriptor Component), Latest>();
        foreach (var (index, components) in Candidates(store.Manifest, timeline, start))
        {
            var path = store.Manifest.EntityPaths[index];
            var wanted = components.Where(ranges => !latest.TryGetValue((path, ranges.Component), out var known) || ranges.Ends[index] >= known.Time).ToList();
            if (wanted.Count == 0)
            {
                continue;
            }
            var chunk = await reader.ReadChunkAsync(store.Manifest[index], cancellationToken).ConfigureAwait(false);
            foreach (var component in wanted.Select(ranges => ranges.Component))
            {
                if (Search(chunk, timeline, component, start, index) is { } found
                    && (!latest.TryGetValue((path, component), out var known) || (found.Time, found.Row, found.Index).CompareTo((known.Time, known.Row, known.Index)) > 0))
                {
                    latest[(path, component)] = found;
                }
            }
        }
        var chunks = new List<Chunk>();
        foreach (var found in latest.Where(pair => pair.Value.Time < start).GroupBy(pair => pair.Value.Index).OrderBy(found => found.Key))
        {
            var chunk = await reader.ReadChunkAsync(store.Manifest[found.Key], cancellationToken).ConfigureAwait(false);
            foreach (var row in found.GroupBy(pair => pair.Value.RowInChunk).OrderBy(row => row.Key))
            {
                chunks.Add(OneRow(chunk, row.Key, part, [.. row.Select(pair => pair.Key.Component)]));
            }
        }
        return chunks;
    }

    // Each chunk once, with all components that may have a value in it; the latest first, so that most of the earlier ones need not be read.
    private static IEnumerable<(int Index, List<ComponentRanges> Components)> Candidates(RrdManifest manifest, string timeline, long start)
    {
        var candidates = new Dictionary<int, List<ComponentRanges>>();
        foreach (var ranges in manifest.ComponentRanges.Where(ranges => ranges.Timeline == timeline))
        {
            for (var i = 0; i < ranges.Starts.Length; i++)
            {
                if (ranges.IsPresent[i] && ranges.Starts[i] <= start)
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(candidates, i, out _) ??= []).Add(ranges);
                }
            }
        }
        return candidates.Select(pair => (Index: pair.Key, Components: pair.Value)).OrderByDescending(chunk => (chunk.Components.Max(ranges => ranges.Ends[chunk.Index]), chunk.Index));
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
        var picked = new Chunk(chunk.Id, chunk.EntityPath, chunk.RowIds, chunk.Timelines, chunk.Components.Where(component => components.Contains(component.Descriptor)));
        var slice = ChunkRows.Slice(picked, EditedId.Of([chunk.Id, chunk.RowId(row)], part), row, 1);
        var rowId = new byte[Tuid.Size];
        EditedId.Of([chunk.RowId(row), chunk.Id], part).WriteBigEndian(rowId);
        return new Chunk(slice.Id, slice.EntityPath, Strata.Arrow.FixedSizeBinaryArray.Wrap(Tuid.Size, rowId, 1), slice.Timelines, slice.Components);
    }
}

using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>Static chunks that say nothing, since a newer row has a value for each of their components. Source: rrd-format §4.6.</summary>
internal static class HiddenStatics
{
    /// <returns>Their rows in the store's manifest.</returns>
    /// <exception cref="RrdFormatException">A chunk cannot be read, or the budget is spent.</exception>
    public static async Task<IReadOnlySet<int>> FindAsync(RrdReader reader, RrdStore store, ValueBudget budget, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<(EntityPath, string), (Tuid Row, int Index)>();
        var statics = new List<(int Index, EntityPath Path, string[] Components)>();
        foreach (var entry in store.Manifest.Entries.Where(entry => entry.IsStatic))
        {
            var chunk = await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false);
            statics.Add((entry.Index, chunk.EntityPath, [.. chunk.Components.Select(component => component.Descriptor.Component)]));
            budget.Earn(entry.ByteSize);
            RecordingComparison.Bounded(entry, () =>
            {
                budget.Spend((long)chunk.NumRows * chunk.Components.Count);
                return budget;
            });
            foreach (var component in chunk.Components)
            {
                var key = (chunk.EntityPath, component.Descriptor.Component);
                if (NewestRow(chunk, component) is { } row && (!newest.TryGetValue(key, out var known) || row > known.Row))
                {
                    newest[key] = (row, entry.Index);
                }
            }
        }
        return statics.Where(chunk => chunk.Components.Length > 0 && Array.TrueForAll(chunk.Components, component => newest.TryGetValue((chunk.Path, component), out var holder) && holder.Index != chunk.Index))
            .Select(chunk => chunk.Index)
            .ToHashSet();
    }

    private static Tuid? NewestRow(Chunk chunk, ComponentColumn component)
    {
        Tuid? newest = null;
        for (var row = 0; row < chunk.NumRows; row++)
        {
            if (component.Lists.IsValid(row) && (newest is not { } known || chunk.RowId(row) > known))
            {
                newest = chunk.RowId(row);
            }
        }
        return newest;
    }
}

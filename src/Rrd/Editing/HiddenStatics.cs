namespace Strata.Rrd.Editing;

/// <summary>Static chunks that say nothing, since a newer row has a value for each of their components. Source: rrd-format §4.6.</summary>
internal static class HiddenStatics
{
    /// <returns>Their rows in the store's manifest.</returns>
    public static async Task<IReadOnlySet<int>> FindAsync(RrdReader reader, RrdStore store, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<(EntityPath, string), (Tuid Row, int Index)>();
        var statics = new List<(int Index, EntityPath Path, string[] Components)>();
        foreach (var entry in store.Manifest.Entries.Where(entry => entry.IsStatic))
        {
            var chunk = await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false);
            statics.Add((entry.Index, chunk.EntityPath, [.. chunk.Components.Select(component => component.Descriptor.Component)]));
            foreach (var component in chunk.Components)
            {
                for (var row = 0; row < chunk.NumRows; row++)
                {
                    var key = (chunk.EntityPath, component.Descriptor.Component);
                    if (component.Lists.IsValid(row) && (!newest.TryGetValue(key, out var known) || chunk.RowId(row) > known.Row))
                    {
                        newest[key] = (chunk.RowId(row), entry.Index);
                    }
                }
            }
        }
        return statics.Where(chunk => chunk.Components.Length > 0 && Array.TrueForAll(chunk.Components, component => newest.TryGetValue((chunk.Path, component), out var holder) && holder.Index != chunk.Index))
            .Select(chunk => chunk.Index)
            .ToHashSet();
    }
}

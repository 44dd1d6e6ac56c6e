namespace Strata.Rrd.Editing;

/// <summary>
/// Parts heavy archetypes (images, videos) from light ones (scalars, text) of one chunk, so that a reader of the light ones does not fetch the heavy ones. Components
/// of one archetype stay together: they mean nothing without each other. As <c>rerun rrd optimize --split-size-ratio</c>.
/// </summary>
/// <param name="ratio">Archetypes by size are parted where one is so many times as large as the next; at least 1.</param>
internal sealed class ArchetypeSplitter(double ratio)
{
    /// <summary>The chunk itself where there is nothing to part. Rows, their ids and times are in every part.</summary>
    public IReadOnlyList<Chunk> Split(Chunk chunk)
    {
        var groups = chunk.Components
            .GroupBy(component => component.Descriptor.Archetype is { } archetype ? (Archetype: archetype, Component: "") : (Archetype: "", component.Descriptor.Component))
            .Select(group => (Bytes: group.Sum(component => Arrow.ArraySizes.BytesOf(component.Lists)), Components: group.ToList()))
            .OrderByDescending(group => group.Bytes)
            .ToList();
        var parts = new List<List<ComponentColumn>>();
        var heavier = 0L;
        foreach (var (bytes, components) in groups)
        {
            if (parts.Count == 0 || heavier >= ratio * Math.Max(bytes, 1))
            {
                parts.Add([]);
            }
            parts[^1].AddRange(components);
            heavier = bytes;
        }
        return parts.Count < 2
            ? [chunk]
            : [.. parts.Select((components, part) => new Chunk(EditedId.Of([chunk.Id], part), chunk.EntityPath, chunk.RowIds, chunk.Timelines, components))];
    }
}

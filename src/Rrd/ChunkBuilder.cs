using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Makes chunks as the SDK's calls of the same names do, with ids of the caller's choice. Source: rrd-format §8.</summary>
public static class ChunkBuilder
{
    /// <summary>
    /// A chunk of rows in the order given, with the row ids <paramref name="firstRowId"/>, + 1, + 2, … (the SDK takes the chunk id + 1
    /// as the first). Without timelines it is static.
    /// </summary>
    /// <exception cref="ArgumentException">There are no components; or, as <see cref="ChunkRefusedException"/>, lengths differ or a name occurs twice.</exception>
    public static Chunk SendColumns(
        Tuid chunkId, Tuid firstRowId, EntityPath entityPath, IReadOnlyList<TimeColumn> timelines, IReadOnlyList<ComponentColumn> components)
    {
        ArgumentNullException.ThrowIfNull(timelines);
        ArgumentNullException.ThrowIfNull(components);
        if (components.Count == 0)
        {
            throw new ArgumentException($"Expected at least one component for {entityPath}, found none.", nameof(components));
        }
        var rows = components[0].Lists.Length;
        var rowIds = new byte[rows * Tuid.Size];
        for (var row = 0; row < rows; row++)
        {
            firstRowId.Next((ulong)row).WriteBigEndian(rowIds.AsSpan(row * Tuid.Size));
        }
        return new Chunk(chunkId, entityPath, FixedSizeBinaryArray.Wrap(Tuid.Size, rowIds, rows), timelines, components);
    }

    /// <summary>A static chunk of one row.</summary>
    public static Chunk SendStatic(Tuid chunkId, Tuid rowId, EntityPath entityPath, params IReadOnlyList<ComponentColumn> components) =>
        SendColumns(chunkId, rowId, entityPath, [], components);

    /// <summary>A property of the recording: a static chunk below <c>/__properties</c>. The name is one path part, whatever it contains.</summary>
    public static Chunk SendProperty(Tuid chunkId, Tuid rowId, string name, params IReadOnlyList<ComponentColumn> values) =>
        SendStatic(chunkId, rowId, EntityPath.Properties.Append(name), values);

    /// <summary>A timeline of nanoseconds since 1970, of nanoseconds, or of plain numbers.</summary>
    public static TimeColumn Timeline(string name, TimelineKind kind, ReadOnlySpan<long> values) => new(name, TimelineTypes.ArrayOf(kind, values));

    /// <summary>The archetype Scalars with <paramref name="instancesPerRow"/> values in each row.</summary>
    public static ComponentColumn Scalars(ReadOnlySpan<double> values, int instancesPerRow = 1) => ComponentColumn.Of(
        ComponentDescriptor.Of("rerun.archetypes.Scalars", "scalars", "rerun.components.Scalar"), DoubleArray.From(values), instancesPerRow);

    /// <summary>A component without archetype, as AnyValues makes it: one row that holds all of <paramref name="items"/>.</summary>
    public static ComponentColumn AnyValue(string component, IArrowArray items)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        return ComponentColumn.OneRow(ComponentDescriptor.Any(component), items);
    }

    /// <summary>A text component of one row, for instance a JSON document.</summary>
    public static ComponentColumn Text(string component, string text) => AnyValue(component, StringArray.From(text));
}

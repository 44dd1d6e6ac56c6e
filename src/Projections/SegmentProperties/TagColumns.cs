using Strata.Arrow;

namespace Strata.Projections.SegmentProperties;

/// <summary>
/// What of the properties that were given to a segment beside its layers shows in the segment table: those under the key <c>tags</c>, whoever set them. All others are a
/// client's own (an asset's mode, say), and show in no table, as with Rerun's server. Source: docs/tags.md, catalog-protocol §11.6.
/// </summary>
internal static class TagColumns
{
    private const string Prefix = "property:tags:";
    private const string EntityPath = "/__properties/tags";
    private const string ComponentKey = "rerun:component";
    private const string KindKey = "rerun:kind";
    private const string DataKind = "data";

    /// <summary>What a person sets is a handful; what a client sends must not make a table of a thousand columns.</summary>
    private const int MaxTags = 256;

    /// <param name="ipc">One row, as a client sent it, or anything else that it sent.</param>
    /// <returns>An Arrow IPC stream of one row, its columns sorted by name and with the metadata of a property; null where there are no tags.</returns>
    public static byte[]? Of(ReadOnlyMemory<byte> ipc)
    {
        if (TryRead(ipc) is not { Length: 1 } batch)
        {
            return null;
        }

        var columns = batch.Schema.FieldsList.Zip(batch.Arrays)
            .Where(c => c.First.Name.Length > Prefix.Length && c.First.Name.StartsWith(Prefix, StringComparison.Ordinal) && c.First.DataType is ListType)
            .DistinctBy(c => c.First.Name, StringComparer.Ordinal).OrderBy(c => c.First.Name, StringComparer.Ordinal).Take(MaxTags).ToList();
        return columns.Count == 0 ? null : new RecordBatch(new Schema([.. columns.Select(c => Described(c.First))]), [.. columns.Select(c => c.Second)], 1).ToIpcStream();
    }

    /// <summary>As a recording's property is described, so that a tag is one column whoever set it.</summary>
    private static Field Described(Field field) => field.WithNullable(true).WithMetadata(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ComponentKey] = field.Name[Prefix.Length..],
        [ColumnMetadata.EntityPath] = EntityPath,
        [KindKey] = DataKind,
    });

    private static RecordBatch? TryRead(ReadOnlyMemory<byte> ipc)
    {
        try
        {
            return RecordBatch.FromIpcStream(ipc);
        }
        catch (ArrowFormatException)
        {
            return null;
        }
    }
}

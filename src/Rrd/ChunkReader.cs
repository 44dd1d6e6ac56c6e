using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// Interprets a record batch as a chunk: by metadata, never by position, and with the names of today whatever the version that
/// wrote it. Source: rrd-format §4, §12.2.
/// </summary>
internal static class ChunkReader
{
    private const string SkipChunk = "The chunk is unusable; the rest of the recording is not affected.";

    /// <param name="batch">The first record batch of the message.</param>
    /// <param name="offset">Offset of the message in the file, for errors.</param>
    /// <param name="falselySorted">Name of a column that is marked as sorted and is not, or null.</param>
    /// <exception cref="RrdFormatException">The batch breaks a rule of the chunk schema.</exception>
    public static Chunk Read(RecordBatch batch, long offset, out string? falselySorted)
    {
        falselySorted = null;
        var version = SorbetVersion.Of(batch.Schema.Metadata);
        var metadata = SorbetMigration.Chunk(batch.Schema.Metadata, version);
        if (!metadata.TryGetValue(SorbetKeys.ChunkId, out var idText) || !Tuid.TryParse(idText, Tuid.ChunkPrefix, out var id))
        {
            throw Broken(offset, $"a chunk id in '{SorbetKeys.ChunkId}'", idText is null ? "none" : $"'{idText}'");
        }
        if (!metadata.TryGetValue(SorbetKeys.EntityPath, out var pathText))
        {
            throw Broken(offset, $"an entity path in '{SorbetKeys.EntityPath}'", "none");
        }
        var entityPath = NameRules.ReadPath(pathText, offset);
        FixedSizeBinaryArray? rowIds = null;
        var timelines = new List<TimeColumn>();
        var components = new List<(ComponentDescriptor Descriptor, IArrowArray Column)>();
        for (var i = 0; i < batch.ColumnCount; i++)
        {
            var field = batch.Schema.GetFieldByIndex(i);
            if (SorbetMigration.Column(field.Metadata, version) is not { } column)
            {
                continue;
            }
            switch (column.GetValueOrDefault(SorbetKeys.Kind))
            {
                case SorbetKeys.KindControl or "row_id":
                    rowIds = rowIds is null ? ReadRowIds(batch.Column(i), offset) : throw Broken(offset, "one row id column", "a second one");
                    break;
                case SorbetKeys.KindIndex or "time":
                    var timeline = ReadTimeline(field.Name, column, batch.Column(i), offset);
                    timelines.Add(timeline);
                    falselySorted = SorbetKeys.IsSet(column, SorbetKeys.IsSorted) && !timeline.IsSorted ? timeline.Name : falselySorted;
                    break;
                case SorbetKeys.KindData or "component" or null:
                    components.Add((NameRules.Require(ChunkFields.Descriptor(column, field.Name), offset), batch.Column(i)));
                    break;
                case var other:
                    throw Broken(offset, "a column of kind control, index or data", $"'{field.Name}' of kind '{other}'");
            }
        }
        // Only now: a list for each row is paid for by the 16 bytes of its row id, while a column of nulls alone has no bytes.
        var ids = rowIds ?? throw Broken(offset, "a row id column", "none");
        var lists = new ListColumns();
        return Build(id, entityPath, ids, timelines, [.. components.Select(component => new ComponentColumn(component.Descriptor, lists.AsList(component.Column)))], offset);
    }

    private static Chunk Build(Tuid id, EntityPath entityPath, FixedSizeBinaryArray rowIds, List<TimeColumn> timelines, List<ComponentColumn> components, long offset)
    {
        try
        {
            return new Chunk(id, entityPath, rowIds, timelines, components);
        }
        catch (ArgumentException e)
        {
            throw new RrdFormatException(offset, "a well-formed chunk", e.Message, SkipChunk, e);
        }
    }

    private static FixedSizeBinaryArray ReadRowIds(IArrowArray column, long offset)
    {
        switch (column)
        {
            case FixedSizeBinaryArray { DataType: FixedSizeBinaryType { ByteWidth: Tuid.Size }, NullCount: 0 } rowIds:
                return rowIds;
            case StructArray structs when structs.Field("time_ns") is UInt64Array times && structs.Field("inc") is UInt64Array incs:
                var bytes = new byte[structs.Length * Tuid.Size];
                for (var row = 0; row < structs.Length; row++)
                {
                    new Tuid(times.Values[row], incs.Values[row]).WriteBigEndian(bytes.AsSpan(row * Tuid.Size));
                }
                return FixedSizeBinaryArray.Wrap(Tuid.Size, bytes, structs.Length);
            default:
                throw Broken(offset, "row ids as FixedSizeBinary(16) without nulls", $"{column.DataType} with {column.NullCount} nulls");
        }
    }

    private static TimeColumn ReadTimeline(string fieldName, IReadOnlyDictionary<string, string> metadata, IArrowArray column, long offset)
    {
        var name = metadata.GetValueOrDefault(SorbetKeys.IndexName) is { Length: > 0 } indexName ? indexName : fieldName;
        if (name.Length == 0)
        {
            throw Broken(offset, "a timeline with a name", "an empty name");
        }
        NameRules.RequireLength(name, "a timeline name", offset);
        if (column is not PrimitiveArray<long> times || TimelineTypes.KindOf(column.DataType) is null)
        {
            throw Broken(offset, $"the timeline '{name}' as Int64, Timestamp(ns) or Duration(ns)", $"{column.DataType}");
        }
        return times.NullCount == 0 ? new TimeColumn(name, times) : throw Broken(offset, $"a value in every row of the timeline '{name}'", $"{times.NullCount} nulls");
    }

    private static RrdFormatException Broken(long offset, string expected, string found) => new(offset, expected, found, SkipChunk);
}

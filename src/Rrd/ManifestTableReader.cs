using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Reads a manifest from its table. Generated columns are known by their metadata, never by their names. Source: rrd-format §9.2, §9.5.</summary>
internal static class ManifestTableReader
{
    private const string Rescan = "The footer is damaged or of a foreign writer: the file is scanned instead.";

    /// <param name="table">The table of a footer.</param>
    /// <param name="offset">Offset of the footer in the file, for errors.</param>
    /// <exception cref="RrdFormatException">A fixed column is missing or of another type, or a value is impossible.</exception>
    public static RrdManifest Read(RecordBatch table, long offset)
    {
        if (table.Length > RrdLimits.MaxChunks || (long)table.Length * table.ColumnCount > RrdLimits.MaxManifestCells)
        {
            throw new RrdFormatException(offset, $"a manifest of at most {RrdLimits.MaxChunks} chunks", $"{table.Length} rows and {table.ColumnCount} columns", Rescan);
        }
        var paths = Fixed<StringArray>(table, ManifestTable.EntityPathColumn, offset);
        var ids = Fixed<FixedSizeBinaryArray>(table, ManifestTable.ChunkIdColumn, offset);
        if (ids.ByteWidth != Tuid.Size)
        {
            throw new RrdFormatException(offset, "chunk ids of 16 bytes", $"{ids.ByteWidth}", Rescan);
        }
        var entityPaths = new EntityPath[table.Length];
        var chunkIds = new Tuid[table.Length];
        var interned = new Dictionary<string, EntityPath>(StringComparer.Ordinal);
        for (var row = 0; row < table.Length; row++)
        {
            if (paths.GetValueLength(row) > RrdLimits.MaxNameBytes)
            {
                throw new RrdFormatException(offset, $"an entity path of at most {RrdLimits.MaxNameBytes} bytes", $"one of {paths.GetValueLength(row)}", Rescan);
            }
            var text = paths.GetString(row)!;
            if (!interned.TryGetValue(text, out var path))
            {
                interned.Add(text, path = EntityPath.Parse(text));
            }
            entityPaths[row] = path;
            chunkIds[row] = Tuid.ReadBigEndian(ids.GetBytes(row));
        }
        return new RrdManifest(
            entityPaths,
            chunkIds,
            Booleans(Fixed<BooleanArray>(table, ManifestTable.IsStaticColumn, offset)),
            Counts(table, ManifestTable.NumRowsColumn, offset),
            Counts(table, ManifestTable.ByteOffsetColumn, offset),
            Counts(table, ManifestTable.ByteSizeColumn, offset),
            Counts(table, ManifestTable.UncompressedColumn, offset),
            Components(table),
            Timelines(table, offset),
            Ranges(table, offset));
    }

    private static List<StaticComponent> Components(RecordBatch table)
    {
        var components = new SortedDictionary<ComponentDescriptor, StaticComponent>();
        for (var i = 0; i < table.ColumnCount; i++)
        {
            var field = table.Schema.GetFieldByIndex(i);
            if (IsIndex(field, ColumnNames.HasStaticDataSuffix, out var index) && index == SorbetKeys.StaticIndex
                && Component(field) is { } component && table.Column(i) is BooleanArray { NullCount: 0 } flags)
            {
                components[component] = new StaticComponent(component, Booleans(flags));
            }
        }
        return [.. components.Values];
    }

    private static List<TimelineRanges> Timelines(RecordBatch table, long offset)
    {
        var timelines = new SortedDictionary<string, TimelineRanges>(StringComparer.Ordinal);
        for (var i = 0; i < table.ColumnCount; i++)
        {
            var field = table.Schema.GetFieldByIndex(i);
            if (IsIndex(field, ColumnNames.StartSuffix, out var index) && index != SorbetKeys.StaticIndex && Component(field) is null)
            {
                var (kind, starts, ends, isPresent) = Range(table, i, offset);
                timelines[index] = new TimelineRanges(index, kind, starts, ends, isPresent);
            }
        }
        return [.. timelines.Values];
    }

    private static List<ComponentRanges> Ranges(RecordBatch table, long offset)
    {
        var ranges = new List<ComponentRanges>();
        for (var i = 0; i < table.ColumnCount; i++)
        {
            var field = table.Schema.GetFieldByIndex(i);
            if (IsIndex(field, ColumnNames.StartSuffix, out var index) && index != SorbetKeys.StaticIndex && Component(field) is { } component)
            {
                var (kind, starts, ends, isPresent) = Range(table, i, offset);
                var counts = Partner(table, i, ColumnNames.NumRowsSuffix) is UInt64Array numbers
                    ? Signed(numbers, offset)
                    : throw new RrdFormatException(offset, $"a column of row counts beside '{field.Name}'", "none", Rescan);
                ranges.Add(new ComponentRanges(index, kind, component, starts, ends, isPresent, counts));
            }
        }
        return [.. ranges.OrderBy(range => range.Timeline, StringComparer.Ordinal).ThenBy(range => range.Component)];
    }

    private static (TimelineKind Kind, long[] Starts, long[] Ends, bool[] IsPresent) Range(RecordBatch table, int column, long offset)
    {
        var name = table.Schema.GetFieldByIndex(column).Name;
        if (table.Column(column) is not PrimitiveArray<long> starts || TimelineTypes.KindOf(starts.DataType) is not { } kind)
        {
            throw new RrdFormatException(offset, $"'{name}' as Int64, Timestamp(ns) or Duration(ns)", $"{table.Column(column).DataType}", Rescan);
        }
        if (Partner(table, column, ColumnNames.EndSuffix) is not PrimitiveArray<long> ends || ends.DataType != starts.DataType)
        {
            throw new RrdFormatException(offset, $"an end of the same type beside '{name}'", "none", Rescan);
        }
        var isPresent = new bool[table.Length];
        for (var row = 0; row < isPresent.Length; row++)
        {
            isPresent[row] = starts.IsValid(row) && ends.IsValid(row);
        }
        return (kind, starts.Values.ToArray(), ends.Values.ToArray(), isPresent);
    }

    // The column with the same metadata and another ending; normally one or two places behind.
    private static IArrowArray? Partner(RecordBatch table, int column, string suffix)
    {
        var metadata = table.Schema.GetFieldByIndex(column).Metadata;
        for (var step = 1; step < table.ColumnCount; step++)
        {
            var i = (column + step) % table.ColumnCount;
            var field = table.Schema.GetFieldByIndex(i);
            if (field.Name.EndsWith(':' + suffix, StringComparison.Ordinal) && Same(field.Metadata, metadata))
            {
                return table.Column(i);
            }
        }
        return null;
    }

    private static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b)
    {
        ReadOnlySpan<string> keys = [SorbetKeys.Index, SorbetKeys.Component, SorbetKeys.Archetype, SorbetKeys.ComponentType];
        foreach (var key in keys)
        {
            if (a.GetValueOrDefault(key) != b.GetValueOrDefault(key))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsIndex(Field field, string suffix, out string index) =>
        field.Metadata.TryGetValue(SorbetKeys.Index, out index!) && field.Name.EndsWith(':' + suffix, StringComparison.Ordinal);

    private static ComponentDescriptor? Component(Field field) =>
        field.Metadata.ContainsKey(SorbetKeys.Component) ? SorbetMigration.Rename(ChunkFields.Descriptor(field.Metadata, field.Name)) : null;

    private static T Fixed<T>(RecordBatch table, string name, long offset)
        where T : class, IArrowArray
    {
        var column = table.Schema.GetFieldIndex(name);
        if (column < 0)
        {
            throw new RrdFormatException(offset, $"the manifest column '{name}'", "none", Rescan);
        }
        return table.Column(column) as T is { NullCount: 0 } typed
            ? typed
            : throw new RrdFormatException(offset, $"the manifest column '{name}' as {typeof(T).Name} without nulls",
                $"{table.Column(column).DataType} with {table.Column(column).NullCount} nulls", Rescan);
    }

    private static long[] Counts(RecordBatch table, string name, long offset) => Signed(Fixed<UInt64Array>(table, name, offset), offset);

    private static long[] Signed(UInt64Array numbers, long offset)
    {
        var values = new long[numbers.Length];
        for (var row = 0; row < values.Length; row++)
        {
            var value = numbers.Values[row];
            values[row] = value <= long.MaxValue ? (long)value : throw new RrdFormatException(offset, "a number below 2^63", $"{value}", Rescan);
        }
        return values;
    }

    private static bool[] Booleans(BooleanArray flags)
    {
        var values = new bool[flags.Length];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = flags.GetValue(row) == true;
        }
        return values;
    }
}

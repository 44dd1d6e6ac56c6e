using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Reads a manifest from its table. Generated columns are known by their metadata, never by their names. Source: rrd-format §9.2, §9.5.</summary>
internal static class ManifestTableReader
{
    internal const string Rescan = "The footer is damaged or of a foreign writer: the file is scanned instead.";

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
        var names = new NameBudget();
        for (var row = 0; row < table.Length; row++)
        {
            if (paths.GetValueLength(row) > RrdLimits.MaxNameBytes)
            {
                throw new RrdFormatException(offset, $"an entity path of at most {RrdLimits.MaxNameBytes} bytes", $"one of {paths.GetValueLength(row)}", Rescan);
            }
            var text = paths.GetString(row)!;
            if (!interned.TryGetValue(text, out var path))
            {
                names.Charge(text.Length, offset);
                interned.Add(text, path = NameRules.ReadPath(text, offset));
            }
            entityPaths[row] = path;
            chunkIds[row] = Tuid.ReadBigEndian(ids.GetBytes(row));
        }
        var isStatic = Booleans(Fixed<BooleanArray>(table, ManifestTable.IsStaticColumn, offset));
        var numRows = Counts(table, ManifestTable.NumRowsColumn, offset);
        var byteOffsets = Counts(table, ManifestTable.ByteOffsetColumn, offset);
        var byteSizes = Counts(table, ManifestTable.ByteSizeColumn, offset);
        var uncompressed = Counts(table, ManifestTable.UncompressedColumn, offset);
        var layout = ManifestLayout.Of(table.Schema, offset);
        return new RrdManifest(
            entityPaths,
            chunkIds,
            isStatic,
            numRows,
            byteOffsets,
            byteSizes,
            uncompressed,
            Components(table, layout),
            Timelines(table, layout),
            Ranges(table, layout, offset));
    }

    private static List<StaticComponent> Components(RecordBatch table, ManifestLayout layout)
    {
        var components = new List<StaticComponent>(layout.Components.Count);
        foreach (var (component, column) in layout.Components)
        {
            if (table.Column(column) is not BooleanArray { NullCount: 0 } flags)
            {
                continue;
            }
            if (components.Count > 0 && components[^1].Component == component)
            {
                components.RemoveAt(components.Count - 1);
            }
            components.Add(new StaticComponent(component, Booleans(flags)));
        }
        return components;
    }

    private static List<TimelineRanges> Timelines(RecordBatch table, ManifestLayout layout)
    {
        var timelines = new List<TimelineRanges>(layout.Timelines.Count);
        foreach (var span in layout.Timelines)
        {
            var (starts, ends, isPresent) = Range(table, span);
            timelines.Add(new TimelineRanges(span.Timeline, span.Kind, starts, ends, isPresent));
        }
        return timelines;
    }

    private static List<ComponentRanges> Ranges(RecordBatch table, ManifestLayout layout, long offset)
    {
        var ranges = new List<ComponentRanges>(layout.Ranges.Count);
        foreach (var (span, component, numRows) in layout.Ranges)
        {
            var (starts, ends, isPresent) = Range(table, span);
            ranges.Add(new ComponentRanges(span.Timeline, span.Kind, component, starts, ends, isPresent, Signed((UInt64Array)table.Column(numRows), offset)));
        }
        return ranges;
    }

    private static (long[] Starts, long[] Ends, bool[] IsPresent) Range(RecordBatch table, SpanColumns span)
    {
        var starts = (PrimitiveArray<long>)table.Column(span.Start);
        var ends = (PrimitiveArray<long>)table.Column(span.End);
        var isPresent = new bool[table.Length];
        for (var row = 0; row < isPresent.Length; row++)
        {
            isPresent[row] = starts.IsValid(row) && ends.IsValid(row);
        }
        return (starts.Values.ToArray(), ends.Values.ToArray(), isPresent);
    }

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

using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// The consistency rules on which Rerun insists when it loads a footer: a manifest that breaks one makes the whole footer
/// useless, so they are checked before writing too. Source: rrd-format §9.6.
/// </summary>
internal static class ManifestRules
{
    private static readonly (string Name, ArrowType Type)[] FixedColumns =
    [
        (ManifestTable.EntityPathColumn, StringType.Default),
        (ManifestTable.ChunkIdColumn, new FixedSizeBinaryType(Tuid.Size)),
        (ManifestTable.IsStaticColumn, BooleanType.Default),
        (ManifestTable.NumRowsColumn, UInt64Type.Default),
        (ManifestTable.ByteOffsetColumn, UInt64Type.Default),
        (ManifestTable.ByteSizeColumn, UInt64Type.Default),
        (ManifestTable.UncompressedColumn, UInt64Type.Default),
    ];

    private static readonly HashSet<string> ToleratedColumns =
    [
        "chunk_key", "chunk_partition_id", "chunk_partition_layer", "rerun_partition_id", "rerun_partition_layer",
        "chunk_segment_id", "chunk_segment_layer", "rerun_segment_id", "rerun_segment_layer",
    ];

    /// <summary>The first rule that is broken, in words, or null.</summary>
    public static string? Check(RecordBatch table, Schema sorbetSchema)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(sorbetSchema);
        var columns = new Dictionary<string, ArrowType>(StringComparer.Ordinal);
        foreach (var field in table.Schema.FieldsList)
        {
            if (columns.TryGetValue(field.Name, out var known) && known != field.DataType)
            {
                return $"two columns are called '{field.Name}' and differ in type";
            }
            columns[field.Name] = field.DataType;
        }
        return CheckColumns(columns) ?? CheckCollisions(table.Schema) ?? CheckAgainstSchema(table, columns, sorbetSchema);
    }

    /// <summary>Of a table that has the column for it.</summary>
    internal static bool HasStaticChunk(RecordBatch table)
    {
        var flags = table.Column(table.Schema.GetFieldIndex(ManifestTable.IsStaticColumn)) as BooleanArray;
        for (var row = 0; row < flags?.Length; row++)
        {
            if (flags.GetValue(row) == true)
            {
                return true;
            }
        }
        return false;
    }

    private static string? CheckColumns(Dictionary<string, ArrowType> columns)
    {
        foreach (var (name, type) in FixedColumns)
        {
            if (!columns.TryGetValue(name, out var found) || found != type)
            {
                return $"the column '{name}' must be {type}, found {found?.ToString() ?? "none"}";
            }
        }
        foreach (var (name, type) in columns)
        {
            var colon = name.LastIndexOf(':');
            var broken = colon < 0 ? CheckPlain(name, type) : CheckSuffix(name, name[..colon], name[(colon + 1)..], type, columns);
            if (broken is not null)
            {
                return broken;
            }
        }
        return null;
    }

    private static string? CheckPlain(string name, ArrowType type)
    {
        if (name == "chunk_key" && type is not BinaryType)
        {
            return $"the column 'chunk_key' must be Binary, found {type}";
        }
        return ToleratedColumns.Contains(name) || FixedColumns.Any(column => column.Name == name) ? null : $"the column '{name}' is not known";
    }

    private static string? CheckSuffix(string name, string stem, string suffix, ArrowType type, Dictionary<string, ArrowType> columns) => suffix switch
    {
        ColumnNames.HasStaticDataSuffix when type is BooleanType => null,
        ColumnNames.NumRowsSuffix when type is UInt64Type => null,
        ColumnNames.StartSuffix or ColumnNames.EndSuffix when type is Int64Type or TimestampType or DurationType =>
            columns.TryGetValue($"{stem}:{(suffix == ColumnNames.StartSuffix ? ColumnNames.EndSuffix : ColumnNames.StartSuffix)}", out var partner) && partner == type
                ? null
                : $"the column '{name}' has no partner of the same type",
        _ => $"the column '{name}' has an unknown suffix or the wrong type {type}",
    };

    // Timelines a-b and a.b have one column name: Rerun cannot tell them apart (§9.2).
    private static string? CheckCollisions(Schema schema)
    {
        var timelines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in schema.FieldsList)
        {
            if (field.Name.EndsWith(':' + ColumnNames.StartSuffix, StringComparison.Ordinal) && field.Metadata.TryGetValue(SorbetKeys.Index, out var timeline)
                && !timelines.TryAdd(field.Name, timeline) && timelines[field.Name] != timeline)
            {
                return $"the timelines '{timelines[field.Name]}' and '{timeline}' share the column name '{field.Name}'";
            }
        }
        return null;
    }

    private static string? CheckAgainstSchema(RecordBatch table, Dictionary<string, ArrowType> columns, Schema sorbetSchema)
    {
        var isAnyStatic = HasStaticChunk(table);
        var data = sorbetSchema.FieldsList.Where(field => KindOf(field) == SorbetKeys.KindData).ToList();
        var accounted = new HashSet<string>(StringComparer.Ordinal);
        if (PairChars(sorbetSchema, data) > RrdLimits.MaxManifestNameChars)
        {
            return $"the schema has {data.Count} components and {sorbetSchema.FieldCount - data.Count} other columns: the names of all pairs have more than {RrdLimits.MaxManifestNameChars} characters";
        }
        foreach (var field in data)
        {
            var name = ColumnNames.Manifest(null, ChunkFields.Descriptor(field.Metadata, field.Name), ColumnNames.HasStaticDataSuffix);
            if (isAnyStatic && !columns.ContainsKey(name))
            {
                return $"the column '{name}' is missing";
            }
        }
        foreach (var index in sorbetSchema.FieldsList.Where(field => KindOf(field) == SorbetKeys.KindIndex))
        {
            var start = ColumnNames.Manifest(index.Name, null, ColumnNames.StartSuffix);
            if (!columns.TryGetValue(start, out var type) || type != index.DataType)
            {
                return $"the column '{start}' must be {index.DataType}, found {type?.ToString() ?? "none"}";
            }
            accounted.Add(start);
            foreach (var field in data.Where(field => !SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsStatic)))
            {
                var name = ColumnNames.Manifest(index.Name, ChunkFields.Descriptor(field.Metadata, field.Name), ColumnNames.StartSuffix);
                if (columns.TryGetValue(name, out var rangeType) && rangeType != index.DataType)
                {
                    return $"the column '{name}' must be {index.DataType}, found {rangeType}";
                }
                accounted.Add(name);
            }
        }
        return CheckLeftOver(columns, accounted, sorbetSchema, data);
    }

    private static long PairChars(Schema schema, List<Field> data)
    {
        const int charsAPair = 64;
        var others = schema.FieldsList.Where(field => KindOf(field) != SorbetKeys.KindData).ToList();
        var ofData = data.Sum(field => charsAPair + (long)ColumnNames.Manifest(null, ChunkFields.Descriptor(field.Metadata, field.Name), ColumnNames.StartSuffix).Length);
        return (ofData * others.Count) + (others.Sum(field => (long)field.Name.Length) * data.Count);
    }

    // Components that are static in one chunk and temporal in another keep their ranges, so those are accounted for too.
    private static string? CheckLeftOver(Dictionary<string, ArrowType> columns, HashSet<string> accounted, Schema sorbetSchema, List<Field> data)
    {
        foreach (var index in sorbetSchema.FieldsList.Where(field => KindOf(field) == SorbetKeys.KindIndex))
        {
            foreach (var field in data.Where(field => SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsStatic)))
            {
                accounted.Add(ColumnNames.Manifest(index.Name, ChunkFields.Descriptor(field.Metadata, field.Name), ColumnNames.StartSuffix));
            }
        }
        return columns.Keys.FirstOrDefault(name => name.EndsWith(':' + ColumnNames.StartSuffix, StringComparison.Ordinal) && !accounted.Contains(name)) is { } left
            ? $"the column '{left}' belongs to nothing in the schema"
            : null;
    }

    private static string KindOf(Field field) => field.Metadata.GetValueOrDefault(SorbetKeys.Kind) switch
    {
        SorbetKeys.KindControl or "row_id" => SorbetKeys.KindControl,
        SorbetKeys.KindIndex or "time" => SorbetKeys.KindIndex,
        _ => SorbetKeys.KindData,
    };
}

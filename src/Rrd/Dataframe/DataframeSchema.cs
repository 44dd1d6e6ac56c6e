using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>The columns that a query gives, found in a dataset's schema: the segment's id, every timeline, then the components that are wanted. Source: catalog-protocol §2.11.</summary>
public sealed class DataframeSchema
{
    /// <summary>Name of the first column: UTF-8, never null.</summary>
    public const string SegmentIdColumn = "rerun_segment_id";

    private DataframeSchema(DataframeQuery query, IReadOnlyList<IndexColumn> indexes, IReadOnlyList<DataframeColumn> columns, IReadOnlyDictionary<string, string> metadata)
    {
        Query = query;
        Indexes = indexes;
        Columns = columns;
        var segmentId = new Field(SegmentIdColumn, StringType.Default, nullable: false);
        Arrow = new Schema([segmentId, .. indexes.Select(index => index.Field), .. columns.Select(column => column.Field)], metadata);
    }

    /// <summary>What was asked for.</summary>
    public DataframeQuery Query { get; }

    /// <summary>In the dataset's order.</summary>
    public IReadOnlyList<IndexColumn> Indexes { get; }

    /// <inheritdoc cref="Indexes"/>
    public IReadOnlyList<DataframeColumn> Columns { get; }

    /// <summary>Of every batch.</summary>
    public Schema Arrow { get; }

    /// <summary>The index that is asked for, or null.</summary>
    public IndexColumn? Index => Indexes.FirstOrDefault(index => index.Timeline == Query.Index);

    /// <param name="dataset">The union of the recording schemas; see <see cref="UnionOf"/>.</param>
    /// <exception cref="DataframeException">The dataset has no such index; the message names those it has.</exception>
    public static DataframeSchema Of(Schema dataset, DataframeQuery query)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(query);
        List<IndexColumn> indexes = [.. dataset.FieldsList.Select(IndexOf).OfType<IndexColumn>()];
        if (query.Index is { } wanted && indexes.All(index => index.Timeline != wanted))
        {
            throw new DataframeException(indexes.Count == 0
                ? $"expected the index '{wanted}', found no index at all: only static values were logged"
                : $"expected the index '{wanted}', found {string.Join(", ", indexes.Select(index => $"'{index.Timeline}'"))}");
        }
        List<DataframeColumn> columns = [.. dataset.FieldsList.Select(field => ColumnOf(field, query)).OfType<DataframeColumn>()];
        return new(query, indexes, columns, dataset.Metadata);
    }

    /// <summary>What a dataset of these recordings has: timelines and components, each in the order of its name.</summary>
    /// <exception cref="DataframeException">One column has types that do not go together.</exception>
    public static Schema UnionOf(IEnumerable<Schema> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        var union = new Schema([]);
        // The writer's version stands in its metadata, which differs from recording to recording.
        foreach (var recording in recordings.Select(schema => schema.WithMetadata(null)))
        {
            var before = union;
            if (!SchemaMerge.TryMerge(before, recording, out union, out var conflict))
            {
                throw new DataframeException($"expected layers whose columns go together, found {conflict}");
            }
            union = WithValuesOf(WithValuesOf(union, recording), before);
        }
        return new Schema(union.FieldsList.OrderBy(KindRank).ThenBy(field => field.Name, StringComparer.Ordinal), union.Metadata);
    }

    /// <summary>
    /// A dataset's schema says of a column that it holds nothing but empty lists when one recording says so: the merge of metadata unites. Here it does not when another recording has values.
    /// </summary>
    public static Schema WithValuesOf(Schema dataset, Schema recording)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(recording);
        return new Schema(dataset.FieldsList.Select(field => HasValues(recording.GetFieldByName(field.Name)) ? WithoutEmptiness(field) : field), dataset.Metadata);
    }

    /// <summary>Whether a column of a recording's schema takes part, whatever it is in other recordings.</summary>
    internal static bool Holds(Field field, DataframeQuery query) =>
        field.Metadata.GetValueOrDefault(SorbetKeys.Kind) == SorbetKeys.KindData
        && (query.IncludeSemanticallyEmptyColumns || !SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsSemanticallyEmpty))
        && (query.IncludeTombstoneColumns || !SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsTombstone))
        && (query.Index is not null || SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsStatic));

    private static IndexColumn? IndexOf(Field field)
    {
        if (field.Metadata.GetValueOrDefault(SorbetKeys.Kind) != SorbetKeys.KindIndex || TimelineTypes.KindOf(field.DataType) is not { } kind)
        {
            return null;
        }
        return new(field.Metadata.GetValueOrDefault(SorbetKeys.IndexName) is { Length: > 0 } name ? name : field.Name, kind, field);
    }

    private static DataframeColumn? ColumnOf(Field field, DataframeQuery query)
    {
        if (!Holds(field, query) || !field.Metadata.TryGetValue(SorbetKeys.EntityPath, out var text))
        {
            return null;
        }
        var entityPath = EntityPath.Parse(text);
        var component = ChunkFields.Descriptor(field.Metadata, field.Name).Component;
        return query.Contents.Wants(entityPath, component) ? new(entityPath, component, field.WithDataType(ListColumns.AsList(field.DataType)).WithNullable(true)) : null;
    }

    private static bool HasValues(Field? field) => field is not null && !SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsSemanticallyEmpty);

    private static Field WithoutEmptiness(Field field) => field.Metadata.ContainsKey(SorbetKeys.IsSemanticallyEmpty)
        ? field.WithMetadata(field.Metadata.Where(pair => pair.Key != SorbetKeys.IsSemanticallyEmpty).ToDictionary())
        : field;

    private static int KindRank(Field field) => field.Metadata.GetValueOrDefault(SorbetKeys.Kind) switch
    {
        SorbetKeys.KindControl => 0,
        SorbetKeys.KindIndex => 1,
        _ => 2,
    };
}

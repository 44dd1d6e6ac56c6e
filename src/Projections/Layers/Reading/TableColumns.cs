using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Layers.Values;
using Strata.Projections.Purges;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Reading;

/// <summary>
/// The columns of a table at one position: the table's own, then those of properties in the order in which the log first showed their schemas, then, where the
/// table has them, those of timelines by name. They come from the shapes that stood in the dataset, without a look at its layers.
/// </summary>
internal sealed class TableColumns
{
    private const string Standing = "SELECT shape FROM dataset_shapes WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2";

    private static readonly string StandingWithTags =
        $"{Standing} UNION SELECT shape FROM segment_properties WHERE dataset = ?1 AND shape IS NOT NULL AND from_position <= ?2 AND to_position > ?2 AND {PurgeRows.IsKept("segment_properties")}";

    private readonly int _ownColumns;
    private readonly Dictionary<long, ShapeColumns> _shapes = [];
    private readonly Dictionary<long, (PropertyBatches Batches, int[] Columns)> _properties = [];

    private TableColumns(int ownColumns) => _ownColumns = ownColumns;

    /// <summary>All of them.</summary>
    public Schema Schema { get; private set; } = new([]);

    /// <summary>Those of properties.</summary>
    public IReadOnlyList<Field> Properties { get; private set; } = [];

    public IReadOnlyList<(string Name, TimelineKind Kind)> Timelines { get; private set; } = [];

    /// <summary>Numbers of the columns that were asked for, in the order of the answer.</summary>
    public IReadOnlyList<int> Picked { get; private set; } = [];

    /// <param name="ofSegments">With timelines, and with the tags that were given to segments beside their layers.</param>
    public static TableColumns Read(ReadScope scope, DatasetId dataset, long asOf, IReadOnlyList<Field> own, bool ofSegments)
    {
        var columns = new TableColumns(own.Count);
        var stored = scope.FindDataset(dataset, asOf) is { } key ? ReadShapes(scope.Database, key, asOf, ofSegments ? StandingWithTags : Standing) : [];
        columns.NameProperties(scope.Database, stored);
        columns.NameTimelines(ofSegments ? stored : []);
        foreach (var shape in stored)
        {
            var (batches, targets) = shape.PropertySchema is { } schema ? columns._properties[schema] : (null, []);
            columns._shapes.Add(shape.Id, new(batches, targets, [.. shape.Timelines.Select(columns.TimelineOf)]));
        }

        columns.Schema = new([.. own, .. columns.Properties, .. ofSegments ? TimelineFields.Of(columns.Timelines) : []]);
        columns.Picked = [.. Enumerable.Range(0, columns.Schema.FieldCount)];
        return columns;
    }

    /// <exception cref="TableColumnException">A name that is not there, or twice.</exception>
    public void Pick(IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return;
        }

        var picked = new List<int>(names.Count);
        foreach (var name in names)
        {
            var index = Schema.GetFieldIndex(name);
            if (index < 0)
            {
                throw new TableColumnException($"projected column '{name}' not found in schema; the table has {string.Join(", ", Schema.FieldsList.Select(f => f.Name))}");
            }

            if (picked.Contains(index))
            {
                throw new TableColumnException($"projected column '{name}' was requested twice; name each column once");
            }

            picked.Add(index);
        }

        Picked = picked;
    }

    public bool IsPicked(int column) => Picked.Contains(column);

    public bool IsPropertyPicked(int property) => IsPicked(_ownColumns + property);

    public bool IsTimelinePicked(int timeline) =>
        IsPicked(FirstTimeline + (2 * timeline)) || IsPicked(FirstTimeline + (2 * timeline) + 1);

    /// <param name="columnOf">Makes a column of those that the answer has, by its number.</param>
    public RecordBatch ToBatch(int rows, Func<int, IArrowArray> columnOf) =>
        new(new Schema(Picked.Select(Schema.GetFieldByIndex)), Picked.Select(columnOf), rows);

    public int FirstProperty => _ownColumns;

    public int FirstTimeline => _ownColumns + Properties.Count;

    public ShapeColumns Of(long shape) => _shapes.TryGetValue(shape, out var columns)
        ? columns
        : throw new ReadModelStorageException($"a layer has the shape {shape}, which does not stand in its dataset; rebuild the read models: strata rebuild");

    private static List<StoredShape> ReadShapes(SqliteDatabase database, long dataset, long asOf, string standing)
    {
        var rows = database.Prepare($"SELECT id, property_schema, timelines FROM layer_shapes WHERE id IN ({standing}) ORDER BY id").Bind(1, dataset).Bind(2, asOf);
        var shapes = new List<StoredShape>();
        while (rows.Step())
        {
            shapes.Add(new(rows.Int64(0), rows.Int64OrNull(1), ByteColumns.ReadTimelines(rows.Bytes(2))));
        }

        return shapes;
    }

    private void NameProperties(SqliteDatabase database, List<StoredShape> shapes)
    {
        var names = new PropertyNames();
        foreach (var id in shapes.Select(shape => shape.PropertySchema).OfType<long>().Distinct().Order())
        {
            var row = database.Prepare("SELECT schema_message, template FROM property_schemas WHERE id = ?1").Bind(1, id);
            if (!row.Step())
            {
                throw new ReadModelStorageException($"property schema {id} is missing; rebuild the read models: strata rebuild");
            }

            var batches = new PropertyBatches(row.Bytes(0).ToArray(), row.Bytes(1).ToArray());
            row.Reset();
            _properties.Add(id, (batches, [.. batches.Schema.FieldsList.Select(names.ColumnOf)]));
        }

        Properties = names.Columns;
    }

    private void NameTimelines(List<StoredShape> shapes)
    {
        // A timeline has one kind in a dataset, the write side sees to it; should there be a second one, its times would mean something else and are left out.
        Timelines = [.. shapes.SelectMany(shape => shape.Timelines).DistinctBy(timeline => timeline.Name).OrderBy(timeline => timeline.Name, StringComparer.Ordinal)];
    }

    private int TimelineOf((string Name, TimelineKind Kind) timeline)
    {
        for (var i = 0; i < Timelines.Count; i++)
        {
            if (Timelines[i] == timeline)
            {
                return i;
            }
        }

        return -1;
    }

    private sealed record StoredShape(long Id, long? PropertySchema, List<(string Name, TimelineKind Kind)> Timelines);
}

/// <summary>Where the values of layers of one shape go.</summary>
/// <param name="Batches">Null where they have no properties.</param>
/// <param name="Properties">Property column of each column of the batch.</param>
/// <param name="Timelines">Timeline of each time range; -1: left out.</param>
internal sealed record ShapeColumns(PropertyBatches? Batches, int[] Properties, int[] Timelines);

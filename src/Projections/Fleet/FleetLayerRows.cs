using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Fleet;

/// <summary>One row a registration of a layer that came from a robot or says something of its segment, named by its position.</summary>
internal sealed class FleetLayerRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "fleet_layers",
        """
        CREATE TABLE fleet_layers (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL, dataset_id TEXT NOT NULL, segment TEXT NOT NULL, layer TEXT NOT NULL,
            robot INTEGER, size_bytes INTEGER NOT NULL, verdict INTEGER NOT NULL);
        CREATE INDEX fleet_layers_by_segment ON fleet_layers (dataset_id, segment, to_position);
        """,
        "from_position");

    /// <summary>Behind those of <see cref="State"/>.</summary>
    private const int SegmentColumn = 5;

    private const string State = "layer, from_position, robot, size_bytes, verdict";

    private const string VerdictsOf = "SELECT 1 FROM fleet_layers WHERE dataset_id = ?1 AND segment = ?2 AND verdict <> 0 LIMIT 1";

    private readonly Statement _insert = database.Prepare("INSERT INTO fleet_layers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private readonly Statement _close = database.Prepare("UPDATE fleet_layers SET to_position = ?2 WHERE from_position = ?1");

    private readonly Statement _current = database.Prepare($"SELECT {State} FROM fleet_layers WHERE dataset_id = ?1 AND segment = ?2 AND {Temporal.StandingSql} ORDER BY from_position");

    private readonly Statement _all = database.Prepare(
        $"SELECT {State}, segment FROM fleet_layers WHERE dataset_id = ?1 AND {Temporal.StandingSql} ORDER BY segment, from_position");

    private readonly Statement _verdicts = database.Prepare(VerdictsOf);

    /// <summary>Whether a verdict of the segment was ever read, which is what lies here of its properties.</summary>
    public static bool HoldVerdicts(SqliteDatabase database, DatasetId dataset, string segment) => database.Prepare(VerdictsOf).Bind(1, dataset.Value).Bind(2, segment).Step();

    /// <inheritdoc cref="HoldVerdicts(SqliteDatabase, DatasetId, string)"/>
    public bool HoldVerdicts(DatasetId dataset, string segment)
    {
        var holds = _verdicts.Bind(1, dataset.Value).Bind(2, segment).Step();
        _verdicts.Reset();
        return holds;
    }

    public void Insert(DatasetId dataset, string segment, FleetLayer layer) =>
        _insert.Bind(1, layer.Position).Bind(2, Temporal.Standing).Bind(3, dataset.Value).Bind(4, segment).Bind(5, layer.Layer)
            .Bind(6, layer.Robot).Bind(7, layer.SizeBytes).Bind(8, (long)layer.Verdict).Run();

    public void Close(long fromPosition, long position) => _close.Bind(1, fromPosition).Bind(2, position).Run();

    public List<FleetLayer> LoadCurrent(DatasetId dataset, string segment)
    {
        var layers = new List<FleetLayer>();
        _current.Bind(1, dataset.Value).Bind(2, segment);
        while (_current.Step())
        {
            layers.Add(Read(_current));
        }

        return layers;
    }

    /// <summary>What stands of each segment of a dataset.</summary>
    public IEnumerable<IReadOnlyList<FleetLayer>> LoadSegments(DatasetId dataset)
    {
        _all.Bind(1, dataset.Value);
        var (segment, layers) = ("", new List<FleetLayer>());
        while (_all.Step())
        {
            var name = _all.Text(SegmentColumn);
            if (name != segment && layers.Count > 0)
            {
                yield return layers;
                layers = [];
            }

            segment = name;
            layers.Add(Read(_all));
        }

        if (layers.Count > 0)
        {
            yield return layers;
        }
    }

    private static FleetLayer Read(Statement row) => new(row.Text(0), row.Int64(1), row.Int64OrNull(2), row.Int64(3), (Verdict)row.Int64(4));
}

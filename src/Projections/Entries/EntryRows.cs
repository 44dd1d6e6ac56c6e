using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Entries;

/// <summary>
/// One row a dataset from each change of its name or details to the next. <c>updated_at_ns</c> and <c>revision</c> are changed in place: they move with every
/// registration, and a row for each would double the work of a replay for values that the layers' own rows tell as of any position.
/// </summary>
internal sealed class EntryRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "datasets",
        $"""
        CREATE TABLE datasets (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, dataset_id TEXT NOT NULL, name TEXT NOT NULL, keep_mode INTEGER NOT NULL, kind INTEGER NOT NULL,
            blueprint_dataset TEXT, default_blueprint_segment TEXT, default_table_blueprint_segment TEXT, asset_dataset TEXT, companion_of TEXT,
            pin_of TEXT, pin_position INTEGER,
            created_at_ns INTEGER NOT NULL, updated_at_ns INTEGER NOT NULL, revision INTEGER NOT NULL);
        CREATE INDEX datasets_by_id ON datasets (dataset_id);
        CREATE INDEX datasets_by_half_of_id ON datasets (substr(dataset_id, 17));
        CREATE INDEX datasets_by_name ON datasets (name);
        CREATE INDEX datasets_ended ON datasets (to_position);
        CREATE INDEX datasets_pins ON datasets (pin_of) WHERE pin_of IS NOT NULL;
        CREATE INDEX datasets_standing ON datasets (dataset) WHERE {Temporal.StandingSql};
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO datasets VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7, NULL, NULL, ?8, ?10, NULL, NULL, ?9, ?9, ?1)");

    private readonly Statement _pin = database.Prepare(
        "INSERT INTO datasets VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, NULL, NULL, NULL, NULL, NULL, ?7, ?8, ?9, ?9, ?1)");

    private readonly Statement _touch = database.Prepare($"UPDATE datasets SET updated_at_ns = ?2, revision = ?3 WHERE dataset = ?1 AND {Temporal.StandingSql}");
    private readonly Statement _close = database.Prepare($"UPDATE datasets SET to_position = ?2 WHERE dataset = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _repeat = database.Prepare(
        """
        INSERT INTO datasets SELECT ?2, ?3, dataset, dataset_id, name, keep_mode, kind, blueprint_dataset, default_blueprint_segment, default_table_blueprint_segment,
            asset_dataset, companion_of, pin_of, pin_position, created_at_ns, updated_at_ns, revision
        FROM datasets WHERE dataset = ?1 AND to_position = ?2
        """);

    private readonly Statement _rename = database.Prepare("UPDATE datasets SET name = ?2 WHERE from_position = ?1");

    private readonly Statement _refer = database.Prepare(
        """
        UPDATE datasets SET blueprint_dataset = ?2, default_blueprint_segment = ?3, default_table_blueprint_segment = ?4, asset_dataset = ?5 WHERE from_position = ?1
        """);

    public void Insert(long position, long recordedAtNs, DatasetCreated created) => _insert
        .Bind(1, position).Bind(2, Temporal.Standing).Bind(3, created.Dataset.Value).Bind(4, created.Name).Bind(5, (long)created.KeepMode).Bind(6, (long)created.Kind)
        .Bind(7, created.BlueprintDataset?.Value).Bind(8, created.AssetDataset?.Value).Bind(9, recordedAtNs).Bind(10, created.CompanionOf?.Value).Run();

    public void Insert(long position, long recordedAtNs, DatasetPinned pinned) => _pin
        .Bind(1, position).Bind(2, Temporal.Standing).Bind(3, pinned.Dataset.Value).Bind(4, pinned.Name).Bind(5, (long)KeepMode.Auto).Bind(6, (long)DatasetKind.Recording)
        .Bind(7, pinned.PinOf.Value).Bind(8, pinned.AtPosition).Bind(9, recordedAtNs).Run();

    public void Rename(DatasetState dataset, long position, string name)
    {
        Repeat(dataset, position);
        _rename.Bind(1, position).Bind(2, name).Run();
    }

    public void Refer(DatasetState dataset, long position, DatasetDetailsChanged details)
    {
        Repeat(dataset, position);
        _refer.Bind(1, position).Bind(2, details.BlueprintDataset?.Value).Bind(3, details.DefaultBlueprintSegment).Bind(4, details.DefaultSegmentTableBlueprintSegment)
            .Bind(5, details.AssetDataset?.Value).Run();
    }

    public void Close(DatasetState dataset, long position)
    {
        // What was kept back for the end of the batch belongs to the row that ends here.
        Touch(dataset);
        _close.Bind(1, dataset.Key).Bind(2, position).Run();
    }

    public void Touch(DatasetState dataset) => _touch.Bind(1, dataset.Key).Bind(2, dataset.UpdatedAtNs).Bind(3, dataset.Revision).Run();

    public List<DatasetState> LoadAll()
    {
        var datasets = new List<DatasetState>();
        var statement = database.Prepare($"SELECT dataset, dataset_id, updated_at_ns, revision FROM datasets WHERE {Temporal.StandingSql} ORDER BY dataset");
        while (statement.Step())
        {
            datasets.Add(new(statement.Int64(0), new DatasetId(statement.Text(1)), statement.Int64(2), statement.Int64(3)));
        }

        return datasets;
    }

    private void Repeat(DatasetState dataset, long position)
    {
        Close(dataset, position);
        _repeat.Bind(1, dataset.Key).Bind(2, position).Bind(3, Temporal.Standing).Run();
    }
}

using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Entries;

/// <summary>
/// One row a dataset. <c>updated_at_ns</c> is changed in place: it moves with every registration, and a row for each would double the work of a replay
/// for a value that the layers' own rows tell as of any position.
/// </summary>
internal sealed class EntryRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "datasets",
        $"""
        CREATE TABLE datasets (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, dataset_id TEXT NOT NULL, name TEXT NOT NULL, keep_mode INTEGER NOT NULL,
            created_at_ns INTEGER NOT NULL, updated_at_ns INTEGER NOT NULL);
        CREATE INDEX datasets_by_id ON datasets (dataset_id) WHERE {Temporal.StandingSql};
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO datasets VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    private readonly Statement _touch = database.Prepare($"UPDATE datasets SET updated_at_ns = ?2 WHERE dataset = ?1 AND {Temporal.StandingSql}");

    public void Insert(long position, long recordedAtNs, DatasetCreated created) => _insert
        .Bind(1, position).Bind(2, Temporal.Standing).Bind(3, position).Bind(4, created.Dataset.Value).Bind(5, created.Name).Bind(6, (long)created.KeepMode)
        .Bind(7, recordedAtNs).Bind(8, recordedAtNs).Run();

    public void Touch(DatasetState dataset) => _touch.Bind(1, dataset.Key).Bind(2, dataset.UpdatedAtNs).Run();

    public List<DatasetState> LoadAll()
    {
        var datasets = new List<DatasetState>();
        var statement = database.Prepare($"SELECT dataset, dataset_id, updated_at_ns FROM datasets WHERE {Temporal.StandingSql} ORDER BY dataset");
        while (statement.Step())
        {
            datasets.Add(new(statement.Int64(0), new DatasetId(statement.Text(1)), statement.Int64(2)));
        }

        return datasets;
    }
}

using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.DatasetSchema;

/// <summary>One row a recording schema for as long as any current layer has it; <c>holders</c> counts those layers and is changed in place.</summary>
internal sealed class SchemaRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "dataset_schemas",
        $"""
        CREATE TABLE dataset_schemas (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, schema_sha256 BLOB NOT NULL, schema_blob BLOB NOT NULL, holders INTEGER NOT NULL);
        CREATE INDEX dataset_schemas_by_dataset ON dataset_schemas (dataset);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO dataset_schemas VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly Statement _close = database.Prepare("UPDATE dataset_schemas SET to_position = ?2, holders = 0 WHERE from_position = ?1");
    private readonly Statement _count = database.Prepare("UPDATE dataset_schemas SET holders = ?2 WHERE from_position = ?1");

    public void Hold(DatasetState dataset, long position, Sha256Digest schema, Sha256Digest blob)
    {
        if (dataset.Schemas.TryGetValue(schema, out var state))
        {
            state.Holders++;
            state.Changed = true;
            dataset.Changed = true;
            return;
        }

        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset.Key).Bind(4, schema).Bind(5, blob).Bind(6, 1).Run();
        dataset.Schemas.Add(schema, new HeldState(position, 1));
    }

    public void Release(DatasetState dataset, long position, Sha256Digest schema)
    {
        if (!dataset.Schemas.TryGetValue(schema, out var state))
        {
            throw new FoldException($"dataset {dataset.Id}: a layer with schema {schema} goes, but none is known to stand");
        }

        state.Holders--;
        state.Changed = true;
        dataset.Changed = true;
        if (state.Holders == 0)
        {
            _close.Bind(1, state.Position).Bind(2, position).Run();
            dataset.Schemas.Remove(schema);
        }
    }

    public void Flush(DatasetState dataset)
    {
        foreach (var state in dataset.Schemas.Values)
        {
            if (state.Changed)
            {
                _count.Bind(1, state.Position).Bind(2, state.Holders).Run();
                state.Changed = false;
            }
        }
    }

    public void Load(DatasetState dataset)
    {
        var statement = database.Prepare(
            $"SELECT schema_sha256, from_position, holders FROM dataset_schemas WHERE dataset = ?1 AND {Temporal.StandingSql} ORDER BY from_position");
        statement.Bind(1, dataset.Key);
        while (statement.Step())
        {
            dataset.Schemas.Add(statement.Digest(0), new HeldState(statement.Int64(1), statement.Int64(2)));
        }
    }
}

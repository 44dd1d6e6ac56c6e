using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>One row a shape for as long as any current layer of the dataset has it; <c>holders</c> counts those layers and is changed in place.</summary>
internal sealed class DatasetShapeRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "dataset_shapes",
        """
        CREATE TABLE dataset_shapes (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL, dataset INTEGER NOT NULL, shape INTEGER NOT NULL, holders INTEGER NOT NULL);
        CREATE INDEX dataset_shapes_by_dataset ON dataset_shapes (dataset);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO dataset_shapes VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement _close = database.Prepare("UPDATE dataset_shapes SET to_position = ?2, holders = 0 WHERE from_position = ?1");
    private readonly Statement _count = database.Prepare("UPDATE dataset_shapes SET holders = ?2 WHERE from_position = ?1");

    public void Hold(DatasetState dataset, long position, long shape)
    {
        if (dataset.Shapes.TryGetValue(shape, out var held))
        {
            held.Holders++;
            held.Changed = true;
            dataset.Changed = true;
            return;
        }

        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset.Key).Bind(4, shape).Bind(5, 1).Run();
        dataset.Shapes.Add(shape, new HeldState(position, 1));
    }

    public void Release(DatasetState dataset, long position, long shape)
    {
        if (!dataset.Shapes.TryGetValue(shape, out var held))
        {
            throw new FoldException($"dataset {dataset.Id}: a layer of shape {shape} goes, but none is known to stand");
        }

        held.Holders--;
        held.Changed = true;
        dataset.Changed = true;
        if (held.Holders == 0)
        {
            _close.Bind(1, held.Position).Bind(2, position).Run();
            dataset.Shapes.Remove(shape);
        }
    }

    public void Flush(DatasetState dataset)
    {
        foreach (var held in dataset.Shapes.Values)
        {
            if (held.Changed)
            {
                _count.Bind(1, held.Position).Bind(2, held.Holders).Run();
                held.Changed = false;
            }
        }
    }

    public void Load(DatasetState dataset)
    {
        var rows = database.Prepare($"SELECT shape, from_position, holders FROM dataset_shapes WHERE dataset = ?1 AND {Temporal.StandingSql}").Bind(1, dataset.Key);
        while (rows.Step())
        {
            dataset.Shapes.Add(rows.Int64(0), new HeldState(rows.Int64(1), rows.Int64(2)));
        }
    }
}

using Strata.Contracts;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Layers;
using Strata.Projections.Rules;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>The datasets that stand, and which of them changed within the batch.</summary>
internal sealed class DatasetStates
{
    private readonly Dictionary<DatasetId, DatasetState> _datasets = [];
    private readonly HashSet<DatasetState> _changed = [];
    private readonly EntryRows _entries;
    private readonly SchemaRows _schemas;
    private readonly DatasetShapeRows _shapes;

    public DatasetStates(EntryRows entries, SchemaRows schemas, DatasetShapeRows shapes, RuleRows rules, EvaluationRows evaluations, SuppressionRows suppressions)
    {
        (_entries, _schemas, _shapes) = (entries, schemas, shapes);
        foreach (var dataset in entries.LoadAll())
        {
            rules.Load(dataset);
            schemas.Load(dataset);
            shapes.Load(dataset);
            evaluations.LoadSkippedSchemas(dataset);
            suppressions.Load(dataset);
            _datasets.Add(dataset.Id, dataset);
        }
    }

    /// <exception cref="FoldException">No event created it, or it was deleted.</exception>
    public DatasetState this[DatasetId id] => Find(id) ?? throw new FoldException($"the event is about dataset {id}, which no event created");

    public DatasetState? Find(DatasetId id) => _datasets.GetValueOrDefault(id);

    public void Add(long position, long at, DatasetId id)
    {
        if (!_datasets.TryAdd(id, new DatasetState(position, id, at, position)))
        {
            throw new FoldException($"dataset {id} is created a second time");
        }
    }

    public void Touch(DatasetState dataset, long position, long at)
    {
        dataset.Touch(position, at);
        _changed.Add(dataset);
    }

    /// <summary>It was deleted: what was kept back of it is written now.</summary>
    public void Remove(DatasetState dataset)
    {
        _schemas.Flush(dataset);
        _shapes.Flush(dataset);
        _changed.Remove(dataset);
        _datasets.Remove(dataset.Id);
    }

    /// <summary>Writes what was kept back for the end of the batch.</summary>
    public void Flush()
    {
        foreach (var dataset in _changed.Where(d => d.Changed))
        {
            _entries.Touch(dataset);
            _schemas.Flush(dataset);
            _shapes.Flush(dataset);
            dataset.Changed = false;
        }

        _changed.Clear();
    }
}

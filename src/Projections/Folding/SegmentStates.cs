using Strata.Projections.Layers;
using Strata.Projections.Rules;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>
/// The segments that events were about lately; others are read from their tables. What is forgotten is in the tables, also within a transaction.
/// </summary>
internal sealed class SegmentStates(SqliteDatabase database, WorkRows work, int capacity)
{
    private readonly Recent<(long Dataset, string Segment), SegmentState> _recent = new(capacity);
    private readonly LayerRows _layers = new(database);
    private readonly EvaluationRows _evaluations = new(database);
    private readonly SuppressionRows _suppressions = new(database);

    /// <param name="fresh">The event is the first of its segment's stream, so no table can hold anything of it.</param>
    public SegmentState Get(DatasetState dataset, string segment, bool fresh = false)
    {
        var key = (dataset.Key, segment);
        if (_recent.TryGet(key, out var state))
        {
            return state;
        }

        state = new SegmentState();
        if (!fresh)
        {
            _layers.LoadCurrent(dataset.Key, segment, state.Layers);
        }

        if (dataset.HadRules && !fresh)
        {
            work.LoadOpen(dataset.Key, segment, state.Work);
            _evaluations.LoadDecisions(dataset.Key, segment, state.Decisions);
        }

        // A suppression lies in the dataset's stream: it may stand before the segment's first event.
        if (dataset.Suppressions > 0)
        {
            _suppressions.Load(dataset.Key, segment, state.Suppressed);
        }

        _recent.Add(key, state);
        return state;
    }
}

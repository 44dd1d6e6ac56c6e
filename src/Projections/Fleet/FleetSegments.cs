using Strata.Contracts;
using Strata.Projections.Folding;

namespace Strata.Projections.Fleet;

/// <summary>The segments that events were about lately; others are read from their table, which holds them also within a transaction.</summary>
internal sealed class FleetSegments(FleetLayerRows rows, int capacity)
{
    private readonly Recent<(DatasetId Dataset, string Segment), List<FleetLayer>> _recent = new(capacity);

    /// <param name="fresh">The event is the first of its segment's stream, so the table cannot hold anything of it.</param>
    public List<FleetLayer> Get(DatasetId dataset, string segment, bool fresh)
    {
        var key = (dataset, segment);
        if (!_recent.TryGet(key, out var layers))
        {
            layers = fresh ? [] : rows.LoadCurrent(dataset, segment);
            _recent.Add(key, layers);
        }

        return layers;
    }
}

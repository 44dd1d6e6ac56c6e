using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>Which segments a page of the log gives work to: one wake-up a segment, whatever the number of its events.</summary>
internal static class WakeUps
{
    public static IReadOnlyList<EvaluateSegment> Of(IEnumerable<RecordedEvent> events, RuleLayers rules)
    {
        var latest = new Dictionary<(DatasetId Dataset, string Segment), RecordedEvent>();
        foreach (var recorded in events)
        {
            if (SegmentToWake(recorded.Event, rules) is { } key)
            {
                latest[key] = recorded;
            }
        }

        return [.. latest.OrderBy(w => w.Value.Position).Select(w => new EvaluateSegment(w.Key.Dataset.Value, w.Key.Segment, w.Value.Position) { EventId = w.Value.EventId })];
    }

    private static (DatasetId Dataset, string Segment)? SegmentToWake(StrataEvent @event, RuleLayers rules) => @event switch
    {
        LayerRegistered e when rules.ReadsLayer(e.Dataset, e.Layer) => (e.Dataset, e.Segment),
        // Without its input a derived layer goes too, and where a given layer stood in a rule's place the rule may derive again.
        LayerUnregistered e when rules.ReadsLayer(e.Dataset, e.Layer) || rules.WritesLayer(e.Dataset, e.Layer) => (e.Dataset, e.Segment),
        RuleResumed e => (e.Dataset, e.Segment),
        _ => null,
    };
}

using System.Diagnostics;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;

namespace Strata.Projections.Running;

/// <summary>Where a trace ends: its events are in the tables, and whoever asks sees them. Nothing is done while nobody listens.</summary>
internal static class FoldTracing
{
    /// <summary>A batch holds hundreds of events; more traces than this in one of them are linked to nobody's use.</summary>
    private const int MostTraces = 128;

    /// <returns>Null where nobody traces what is in the batch.</returns>
    public static Activity? Start(Projection projection, IReadOnlyList<RecordedEvent> events)
    {
        if (!projection.EndsTraces || !StrataTracing.Source.HasListeners() || !events.Any(e => e.TraceParent is not null))
        {
            return null;
        }

        return StrataTracing.StartLinked(events.Select(e => e.TraceParent), MostTraces, SpanNames.Fold)?.SetTag("strata.events", events.Count);
    }

    /// <param name="beganNs">UTC nanoseconds at which the folding of the batch began.</param>
    public static void TellVisible(Projection projection, IReadOnlyList<RecordedEvent> events, long beganNs)
    {
        if (!projection.EndsTraces || !StrataTracing.Source.HasListeners())
        {
            return;
        }

        var began = DateTimeOffset.UnixEpoch.AddTicks(beganNs / TimeSpan.NanosecondsPerTick);
        foreach (var trace in events.Where(e => e.TraceParent is not null).GroupBy(e => e.TraceParent, StringComparer.Ordinal).Take(MostTraces))
        {
            using var visible = StrataTracing.StartFrom(trace.Key, SpanNames.Visible, ActivityKind.Consumer, began);
            visible?.SetTag("strata.position", trace.Last().Position).SetTag("strata.events", string.Join(',', trace.Select(e => e.Type).Distinct(StringComparer.Ordinal)));
        }
    }
}

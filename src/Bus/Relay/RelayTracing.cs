using System.Diagnostics;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>A page of the log belongs to many traces, so its span links to each. Nothing is made where nobody traced.</summary>
internal static class RelayTracing
{
    private const int MostLinks = 128;

    public static Activity? Start(IReadOnlyList<RecordedEvent> events) => events.Any(e => e.TraceParent is not null)
        ? StrataTracing.StartLinked(events.Select(e => e.TraceParent), MostLinks, SpanNames.Relay, ActivityKind.Producer)?.SetTag("strata.events", events.Count)
        : null;
}

using System.Diagnostics;

namespace Strata.Contracts;

/// <summary>
/// The spans of Strata: one trace leads from a message or a call to the property that is visible. Nothing is made while nobody listens. Source: docs/operations.md §Traces.
/// </summary>
public static class StrataTracing
{
    public const string SourceName = "Strata";

    /// <summary>Header and member under which W3C's trace context travels.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>A W3C trace parent of version 00: what is longer is none of ours, and is not kept.</summary>
    private const int TraceParentLength = 55;

    public static ActivitySource Source { get; } = new(SourceName, StrataVersion.Current);

    /// <summary>The context under which this code runs, as text; null where nothing is recorded of it.</summary>
    public static string? Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>As a child of what is under way here.</summary>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) => Source.StartActivity(name, kind);

    /// <summary>As a child of what a header, or an event of the log, says; as of here where it says nothing that can be understood.</summary>
    public static Activity? StartFrom(string? traceParent, string name, ActivityKind kind = ActivityKind.Internal, DateTimeOffset startTime = default) =>
        Parse(traceParent) is { } parent ? Source.StartActivity(name, kind, parent, tags: null, links: null, startTime) : Source.StartActivity(name, kind);

    /// <summary>As <see cref="StartFrom"/>, for one of many that are under way here at once: what runs here is no child of it.</summary>
    public static Activity? StartBeside(string? traceParent, string name, ActivityKind kind)
    {
        var here = Activity.Current;
        var started = StartFrom(traceParent, name, kind);
        Activity.Current = here;
        return started;
    }

    /// <summary>What many traces have in common: linked to each of them, at most <paramref name="most"/>.</summary>
    public static Activity? StartLinked(IEnumerable<string?> traceParents, int most, string name, ActivityKind kind = ActivityKind.Internal) => Source.HasListeners()
        ? Source.StartActivity(name, kind, parentContext: default, tags: null, links: traceParents.Distinct(StringComparer.Ordinal).Select(Parse).OfType<ActivityContext>().Take(most).Select(c => new ActivityLink(c)))
        : null;

    /// <summary>Who looks at a trace sees where it went wrong.</summary>
    public static void Fail(this Activity? activity, string reason) => activity?.SetStatus(ActivityStatusCode.Error, reason);

    private static ActivityContext? Parse(string? traceParent) =>
        traceParent is { Length: TraceParentLength } && ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : null;
}

/// <summary>The names of the spans.</summary>
public static class SpanNames
{
    /// <summary>A robot uploads one recording and publishes its message.</summary>
    public const string Publish = "publish";

    /// <summary>A message is being handled.</summary>
    public const string Receive = "receive";

    /// <summary>Recordings are being kept, described and appended.</summary>
    public const string Register = "register";

    /// <summary>A transaction of the log.</summary>
    public const string Append = "append";

    /// <summary>A page of the log becomes messages.</summary>
    public const string Relay = "relay";

    /// <summary>One rule is evaluated for one segment.</summary>
    public const string Derive = "derive";

    /// <summary>What was derived is written and recorded, many segments at once.</summary>
    public const string Commit = "commit";

    /// <summary>A batch of events is folded into the tables.</summary>
    public const string Fold = "fold";

    /// <summary>Of one trace: its events are in the tables from here on.</summary>
    public const string Visible = "visible";
}

namespace Strata.Rrd;

/// <summary>What the <see cref="long"/> values of a timeline mean. Source: rrd-format §6.</summary>
public enum TimelineKind
{
    /// <summary>Frame numbers or ticks, without unit. Arrow Int64.</summary>
    Sequence,

    /// <summary>Nanoseconds relative to something. Arrow Duration(ns).</summary>
    Duration,

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z. Arrow Timestamp(ns) without time zone.</summary>
    Timestamp,
}

using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Between timeline kinds and their Arrow types. Source: rrd-format §6.</summary>
public static class TimelineTypes
{
    /// <summary>The kind of an index column of this type, or null when no index may have it.</summary>
    public static TimelineKind? KindOf(ArrowType type) => type switch
    {
        Int64Type => TimelineKind.Sequence,
        DurationType { Unit: TimeUnit.Nanosecond } => TimelineKind.Duration,
        TimestampType { Unit: TimeUnit.Nanosecond } => TimelineKind.Timestamp,
        _ => null,
    };

    /// <summary>The Arrow type of index columns of this kind.</summary>
    public static ArrowType TypeOf(TimelineKind kind) => kind switch
    {
        TimelineKind.Sequence => Int64Type.Default,
        TimelineKind.Duration => new DurationType(TimeUnit.Nanosecond),
        _ => TimestampType.Nanosecond,
    };

    /// <summary>Copies times into an array of this kind; none is null.</summary>
    public static PrimitiveArray<long> ArrayOf(TimelineKind kind, ReadOnlySpan<long> values) => kind switch
    {
        TimelineKind.Sequence => Int64Array.From(values),
        TimelineKind.Duration => DurationArray.From(new DurationType(TimeUnit.Nanosecond), values),
        _ => TimestampArray.From(TimestampType.Nanosecond, values),
    };

    /// <summary>As above; a time that is not present is null, as manifests have it.</summary>
    public static PrimitiveArray<long> ArrayOf(TimelineKind kind, ReadOnlySpan<long> values, ReadOnlySpan<bool> isPresent) => kind switch
    {
        TimelineKind.Sequence => Int64Array.From(values, isPresent),
        TimelineKind.Duration => DurationArray.From(new DurationType(TimeUnit.Nanosecond), values, isPresent),
        _ => TimestampArray.From(TimestampType.Nanosecond, values, isPresent),
    };
}

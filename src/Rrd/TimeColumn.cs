using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>One timeline of a chunk: a value for every row. Source: rrd-format §4.4.</summary>
public sealed class TimeColumn
{
    private readonly PrimitiveArray<long> _times;

    /// <exception cref="ArgumentException">The name is empty, the type is none of §6, or a time is null.</exception>
    public TimeColumn(string name, PrimitiveArray<long> times)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(times);
        Name = name;
        Kind = TimelineTypes.KindOf(times.DataType)
            ?? throw new ArgumentException($"A timeline is Int64, Timestamp(ns) or Duration(ns), not {times.DataType}.", nameof(times));
        if (times.NullCount != 0)
        {
            throw new ArgumentException($"The timeline '{name}' has {times.NullCount} nulls; it must have a value in every row.", nameof(times));
        }
        _times = times;
        IsSorted = IsNonDecreasing(times.Values);
    }

    /// <summary>Frame numbers or ticks, one a row.</summary>
    public static TimeColumn Sequence(string name, ReadOnlySpan<long> values) => new(name, TimelineTypes.ArrayOf(TimelineKind.Sequence, values));

    /// <summary>Nanoseconds relative to something, one a row.</summary>
    public static TimeColumn Duration(string name, ReadOnlySpan<long> durationsNs) => new(name, TimelineTypes.ArrayOf(TimelineKind.Duration, durationsNs));

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z, one a row.</summary>
    public static TimeColumn Timestamp(string name, ReadOnlySpan<long> timesNs) => new(name, TimelineTypes.ArrayOf(TimelineKind.Timestamp, timesNs));

    /// <summary>The key of the timeline in its recording.</summary>
    public string Name { get; }

    /// <summary>What the times mean.</summary>
    public TimelineKind Kind { get; }

    /// <summary>True when the values never decrease. Computed, whatever the file says.</summary>
    public bool IsSorted { get; }

    /// <summary>One value a row; the unit depends on <see cref="Kind"/>.</summary>
    public ReadOnlySpan<long> Times => _times.Values;

    /// <summary>The Arrow array that holds <see cref="Times"/>.</summary>
    public PrimitiveArray<long> Array => _times;

    /// <summary>Smallest and largest value, or null without rows.</summary>
    public (long Start, long End)? Range
    {
        get
        {
            var times = Times;
            if (times.IsEmpty)
            {
                return null;
            }
            if (IsSorted)
            {
                return (times[0], times[^1]);
            }
            var (start, end) = (times[0], times[0]);
            foreach (var time in times)
            {
                start = Math.Min(start, time);
                end = Math.Max(end, time);
            }
            return (start, end);
        }
    }

    private static bool IsNonDecreasing(ReadOnlySpan<long> values)
    {
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
            {
                return false;
            }
        }
        return true;
    }
}

namespace Strata.Rrd.Editing;

/// <summary>Where a recording is cut.</summary>
/// <param name="Timeline">What is cut on.</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="Cuts">Ascending and distinct; each is the first value of the part behind it.</param>
/// <param name="First">Where the first part begins: the smallest value of the timeline.</param>
/// <param name="Last">The largest value of the timeline, which is in the last part.</param>
public sealed record SplitPlan(string Timeline, TimelineKind Kind, IReadOnlyList<long> Cuts, long First, long Last)
{
    /// <summary>Always one more than there are cuts.</summary>
    public int Parts => Cuts.Count + 1;

    /// <param name="cuts">In any order.</param>
    /// <exception cref="ArgumentException">The store has no such timeline.</exception>
    public static SplitPlan At(RrdStore store, string timeline, IEnumerable<long> cuts)
    {
        var (kind, first, last) = RangeOf(store, timeline);
        return new SplitPlan(timeline, kind, [.. cuts.Distinct().Order()], first, last);
    }

    /// <summary>
    /// Parts of the same length on the timeline, a whole number; the last one also has what is left over, as <c>rerun rrd split --num-parts</c> cuts.
    /// </summary>
    /// <exception cref="ArgumentException">The store has no such timeline, or fewer values than parts.</exception>
    public static SplitPlan IntoParts(RrdStore store, string timeline, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var (kind, first, last) = RangeOf(store, timeline);
        var values = (Int128)last - first + 1;
        return values >= parts
            ? new SplitPlan(timeline, kind, [.. Enumerable.Range(1, parts - 1).Select(i => (long)(first + (values / parts * i)))], first, last)
            : throw new ArgumentException($"expected at most {values} parts, since the timeline '{timeline}' goes from {first} to {last}, found {parts}", nameof(parts));
    }

    /// <summary>The part of this number: values from Start on, up to End and without it; null is without end.</summary>
    public (long Start, long? End) Range(int part) => (part == 0 ? long.MinValue : Cuts[part - 1], part == Cuts.Count ? null : Cuts[part]);

    private static (TimelineKind Kind, long First, long Last) RangeOf(RrdStore store, string timeline)
    {
        ArgumentNullException.ThrowIfNull(store);
        var ranges = store.Manifest.Timelines.FirstOrDefault(t => t.Timeline == timeline);
        return ranges?.Total is { } total
            ? (ranges.Kind, total.Start, total.End)
            : throw new ArgumentException($"expected a timeline of the recording ({string.Join(", ", store.Manifest.Timelines.Select(t => t.Timeline))}), found '{timeline}'", nameof(timeline));
    }
}

using System.Runtime.InteropServices;

namespace Strata.Rrd;

/// <summary>Ranges of the chunks that have them; the others are filled in at the end.</summary>
internal sealed class ManifestRanges(TimelineKind kind)
{
    private readonly List<(int Row, long Start, long End, bool IsPresent, long NumRows)> _entries = [];

    public TimelineKind Kind => kind;

    public void Add(int row, (long Start, long End)? range, long numRows) =>
        _entries.Add((row, range?.Start ?? 0, range?.End ?? 0, range is not null, numRows));

    public TimelineRanges ToTimeline(string timeline, int count)
    {
        var (starts, ends, isPresent, _) = Expand(count);
        return new TimelineRanges(timeline, kind, starts, ends, isPresent);
    }

    public ComponentRanges ToComponent(string timeline, ComponentDescriptor component, int count)
    {
        var (starts, ends, isPresent, numRows) = Expand(count);
        return new ComponentRanges(timeline, kind, component, starts, ends, isPresent, numRows);
    }

    private (long[] Starts, long[] Ends, bool[] IsPresent, long[] NumRows) Expand(int count)
    {
        var columns = (Starts: new long[count], Ends: new long[count], IsPresent: new bool[count], NumRows: new long[count]);
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_entries))
        {
            columns.Starts[entry.Row] = entry.Start;
            columns.Ends[entry.Row] = entry.End;
            columns.IsPresent[entry.Row] = entry.IsPresent;
            columns.NumRows[entry.Row] = entry.NumRows;
        }
        return columns;
    }
}

/// <summary>By timeline, then by component.</summary>
internal sealed class ManifestRangeOrder : IComparer<(string Timeline, ComponentDescriptor Component)>
{
    public static readonly ManifestRangeOrder Instance = new();

    public int Compare((string Timeline, ComponentDescriptor Component) x, (string Timeline, ComponentDescriptor Component) y)
    {
        var byTimeline = string.CompareOrdinal(x.Timeline, y.Timeline);
        return byTimeline != 0 ? byTimeline : x.Component.CompareTo(y.Component);
    }
}

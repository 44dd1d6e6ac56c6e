using System.Runtime.InteropServices;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Reading;

/// <summary>Smallest and largest time of each timeline over all layers of a segment, null where it lacks the timeline.</summary>
internal sealed class TimelineCells(TableColumns columns)
{
    private readonly Times?[] _timelines = [.. columns.Timelines.Select((_, i) => columns.IsTimelinePicked(i) ? new Times() : null)];

    public bool IsAny => _timelines.Any(t => t is not null);

    public void BeginRow()
    {
        foreach (var timeline in _timelines)
        {
            timeline?.BeginRow();
        }
    }

    public void Add(LayerPage page, in LayerRow row)
    {
        var times = page[row.Times];
        foreach (var timeline in columns.Of(row.Shape).Timelines)
        {
            var (start, end) = ByteColumns.ReadTimes(ref times);
            if (timeline >= 0)
            {
                _timelines[timeline]?.Add(start, end);
            }
        }
    }

    /// <param name="column">Counted from the first timeline's end.</param>
    public IArrowArray Finish(int column)
    {
        var times = _timelines[column / 2]!;
        var values = CollectionsMarshal.AsSpan(column % 2 == 0 ? times.Ends : times.Starts);
        var isValid = CollectionsMarshal.AsSpan(times.IsValid);
        return columns.Timelines[column / 2].Kind switch
        {
            TimelineKind.Sequence => Int64Array.From(values, isValid),
            TimelineKind.Duration => DurationArray.From(DurationType.Nanosecond, values, isValid),
            _ => TimestampArray.From(TimestampType.Nanosecond, values, isValid),
        };
    }

    private sealed class Times
    {
        public List<long> Starts { get; } = [];

        public List<long> Ends { get; } = [];

        public List<bool> IsValid { get; } = [];

        public void BeginRow()
        {
            Starts.Add(0);
            Ends.Add(0);
            IsValid.Add(false);
        }

        public void Add(long start, long end)
        {
            Starts[^1] = IsValid[^1] ? Math.Min(Starts[^1], start) : start;
            Ends[^1] = IsValid[^1] ? Math.Max(Ends[^1], end) : end;
            IsValid[^1] = true;
        }
    }
}

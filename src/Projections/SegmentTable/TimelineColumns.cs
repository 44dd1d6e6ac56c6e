using System.Text;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Layers;
using Strata.Projections.Storage;

namespace Strata.Projections.SegmentTable;

/// <summary>The columns <c>{timeline}:end</c> and <c>{timeline}:start</c>: smallest and largest time over all layers of a segment, null where it lacks the timeline.</summary>
internal sealed class TimelineColumns(int rows)
{
    private readonly Dictionary<byte[], TimelineColumn> _timelines = new(ByteContent.Comparer);

    public void Add(int row, ReadOnlySpan<byte> indexRanges)
    {
        while (ByteColumns.TryReadIndexRange(ref indexRanges, out var name, out var kind, out var start, out var end))
        {
            var byName = _timelines.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!byName.TryGetValue(name, out var column))
            {
                _timelines.Add(name.ToArray(), column = new TimelineColumn(kind, rows));
            }

            column.Add(row, kind, start, end);
        }
    }

    public void AddTo(List<Field> fields, List<IArrowArray> columns)
    {
        foreach (var (bytes, column) in _timelines.OrderBy(t => Encoding.UTF8.GetString(t.Key), StringComparer.Ordinal))
        {
            var timeline = Encoding.UTF8.GetString(bytes);
            column.AddTo(timeline, "end", column.Ends, fields, columns);
            column.AddTo(timeline, "start", column.Starts, fields, columns);
        }
    }

    private sealed class TimelineColumn(TimelineKind kind, int rows)
    {
        private readonly bool[] _isValid = new bool[rows];

        public long[] Starts { get; } = new long[rows];

        public long[] Ends { get; } = new long[rows];

        /// <summary>A timeline has one kind in a dataset, the write side sees to it; should there be a second one, its times would mean something else and are left out.</summary>
        public void Add(int row, TimelineKind found, long start, long end)
        {
            if (found != kind)
            {
                return;
            }

            Starts[row] = _isValid[row] ? Math.Min(Starts[row], start) : start;
            Ends[row] = _isValid[row] ? Math.Max(Ends[row], end) : end;
            _isValid[row] = true;
        }

        public void AddTo(string timeline, string marker, long[] values, List<Field> fields, List<IArrowArray> columns)
        {
            var metadata = new Dictionary<string, string>
            {
                ["rerun:index"] = timeline,
                ["rerun:index_kind"] = kind switch
                {
                    TimelineKind.Sequence => "sequence",
                    TimelineKind.Duration => "duration",
                    _ => "timestamp",
                },
                ["rerun:index_marker"] = marker,
                ["rerun:kind"] = "index",
            };
            IArrowArray column = kind switch
            {
                TimelineKind.Sequence => Int64Array.From(values, _isValid),
                TimelineKind.Duration => DurationArray.From(DurationType.Nanosecond, values, _isValid),
                _ => TimestampArray.From(TimestampType.Nanosecond, values, _isValid),
            };
            fields.Add(new Field($"{timeline}:{marker}", column.DataType, nullable: true, metadata));
            columns.Add(column);
        }
    }
}

using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>Puts rows of several list arrays together into one (arrow-rs: interleave). What lies together is copied together; one whole run is a slice and no copy.</summary>
public static class ListAssembler
{
    /// <param name="type">Of every source and of the result.</param>
    /// <param name="sources">What the runs name by position.</param>
    /// <param name="runs">The rows of the result in order.</param>
    /// <exception cref="ArgumentException">A source is of another type.</exception>
    /// <exception cref="ArrowFormatException">The result would be too long for its offsets.</exception>
    public static ListArray Assemble(ListType type, IReadOnlyList<ListArray> sources, ReadOnlySpan<RowRun> runs)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(sources);
        foreach (ListArray source in sources)
        {
            if (source.DataType != type)
                throw new ArgumentException($"All sources must be {type}; found {source.DataType}.", nameof(sources));
        }

        if (runs is [{ Source: >= 0, Repeats: false } only])
            return (ListArray)sources[only.Source].Slice(only.Start, only.Length);
        long rows = 0;
        foreach (RowRun run in runs)
            rows += run.Length;
        if (rows > ArrowLimits.MaxRows)
            throw new ArrowFormatException(-1, $"at most {ArrowLimits.MaxRows} rows in an array", $"{rows}");
        var assembly = new Assembly((int)rows, sources);
        foreach (RowRun run in runs)
            assembly.Add(run);
        return assembly.ToArray(type);
    }

    private sealed class Assembly(int rows, IReadOnlyList<ListArray> sources)
    {
        private readonly byte[] _offsets = new byte[4 * (rows + 1)];
        private readonly byte[] _validity = new byte[Bitmap.ByteCount(rows)];
        private readonly List<ItemRange> _items = [];
        private long _end;
        private int _row;
        private int _nulls;

        private Span<int> Offsets => MemoryMarshal.Cast<byte, int>(_offsets.AsSpan());

        public void Add(RowRun run)
        {
            if (run.Source == RowRun.Nothing)
                AddNulls(run.Length);
            else if (run.Repeats)
                AddRepeated(run);
            else if (sources[run.Source].NullCount == 0)
                AddValid(run.Source, run.Start, run.Length);
            else
                AddMixed(run);
        }

        public ListArray ToArray(ListType type)
        {
            ArrowBuffer validity = _nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(_validity);
            ArrayData items = ItemRanges.Join(type.ValueDataType, [.. sources.Select(s => s.Values.Data)], CollectionsMarshal.AsSpan(_items), (int)_end);
            return new ListArray(new ArrayData(type, rows, _nulls, 0, [validity, new ArrowBuffer(_offsets)], [items]));
        }

        private void AddNulls(int length)
        {
            Offsets.Slice(_row + 1, length).Fill((int)_end);
            _nulls += length;
            _row += length;
        }

        private void AddRepeated(RowRun run)
        {
            ListArray source = sources[run.Source];
            if (source.IsNull(run.Start))
            {
                AddNulls(run.Length);
                return;
            }

            (int start, int length) = (source.ValueOffsets[run.Start], source.GetValueLength(run.Start));
            Require((long)length * run.Length);
            Span<int> ends = Offsets.Slice(_row + 1, run.Length);
            for (int k = 0; k < ends.Length; k++)
                ends[k] = (int)(_end + (k + 1L) * length);
            Take(new ItemRange(run.Source, start, length, run.Length), run.Length);
        }

        private void AddValid(int source, int start, int length)
        {
            ReadOnlySpan<int> from = sources[source].ValueOffsets.Slice(start, length + 1);
            (int first, int last) = (from[0], from[^1]);
            Require((long)last - first);
            int shift = (int)_end - first;
            Span<int> ends = Offsets.Slice(_row + 1, length);
            for (int k = 0; k < ends.Length; k++)
                ends[k] = from[k + 1] + shift;
            Take(new ItemRange(source, first, last - first, 1), length);
        }

        // Items may lie behind null lists: only those of valid ones are taken.
        private void AddMixed(RowRun run)
        {
            ListArray source = sources[run.Source];
            for (int k = 0; k < run.Length;)
            {
                int first = k;
                bool isNull = source.IsNull(run.Start + k);
                while (k < run.Length && source.IsNull(run.Start + k) == isNull)
                    k++;
                if (isNull)
                    AddNulls(k - first);
                else
                    AddValid(run.Source, run.Start + first, k - first);
            }
        }

        private void Take(ItemRange items, int rowsOfIt)
        {
            Bitmap.SetRange(_validity, _row, rowsOfIt);
            _row += rowsOfIt;
            _end += (long)items.Length * items.Times;
            if (items.Length == 0)
                return;
            if (_items.Count > 0 && _items[^1] is { Times: 1 } last && items.Times == 1 && last.Source == items.Source && last.Start + last.Length == items.Start)
                _items[^1] = last with { Length = last.Length + items.Length };
            else
                _items.Add(items);
        }

        private void Require(long more)
        {
            if (_end + more > int.MaxValue)
                throw new ArrowFormatException(-1, $"at most {int.MaxValue} items under one array", $"{_end + more}");
        }
    }
}

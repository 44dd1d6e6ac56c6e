using System.Text;
using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Aligned rows as record batches of bounded size.</summary>
internal sealed class DataframeBatches(string segmentId, DataframeSchema schema)
{
    private readonly byte[] _segmentId = Encoding.UTF8.GetBytes(segmentId);
    private StringArray? _segmentIds;

    public IEnumerable<RecordBatch> Of(AlignedRows rows)
    {
        var most = (int)Math.Clamp(rows.Count * RrdLimits.MaxDataframeBatchBytes / Math.Max(1, BytesOf(rows) + ((long)rows.Count * _segmentId.Length)), 1, rows.Count);
        for (var start = 0; start < rows.Count; start += most)
        {
            yield return Batch(most == rows.Count ? rows : rows.Slice(start, Math.Min(most, rows.Count - start)));
        }
    }

    private RecordBatch Batch(AlignedRows rows)
    {
        var arrays = new List<IArrowArray>(1 + schema.Indexes.Count + schema.Columns.Count) { SegmentIds(rows.Count) };
        for (var index = 0; index < schema.Indexes.Count; index++)
        {
            arrays.Add(Times(rows, index));
        }
        for (var column = 0; column < schema.Columns.Count; column++)
        {
            arrays.Add(Cells(schema.Columns[column], rows.Columns[column], rows.Count));
        }
        return new RecordBatch(schema.Arrow, arrays, rows.Count);
    }

    private static ListArray Cells(DataframeColumn column, AlignedColumn? aligned, int rows)
    {
        try
        {
            return aligned is null
                ? ListAssembler.Assemble(column.Type, [], [RowRun.Nulls(rows)])
                : ListAssembler.Assemble(column.Type, [.. aligned.Sources.Select(source => source.Lists)], aligned.Runs.Span);
        }
        catch (ArrowFormatException e)
        {
            throw new DataframeException($"Column {column.Field.Name}: expected {e.Expected}, found {e.Found}. Leave the column out.");
        }
    }

    private PrimitiveArray<long> Times(AlignedRows rows, int index)
    {
        var column = schema.Indexes[index];
        if (rows.Times is { } times && column.Timeline == schema.Query.Index)
        {
            return TimelineTypes.ArrayOf(column.Kind, times.Span);
        }
        var (values, isPresent) = (new long[rows.Count], new bool[rows.Count]);
        rows.LatestOn(index, values, isPresent);
        return TimelineTypes.ArrayOf(column.Kind, values, isPresent);
    }

    // The same text in every row: made once, and cut.
    private IArrowArray SegmentIds(int rows)
    {
        if (_segmentIds is null || _segmentIds.Length < rows)
        {
            var bytes = new byte[rows * _segmentId.Length];
            var offsets = new int[rows + 1];
            for (var row = 0; row < rows; row++)
            {
                _segmentId.CopyTo(bytes.AsSpan(row * _segmentId.Length));
                offsets[row + 1] = (row + 1) * _segmentId.Length;
            }
            _segmentIds = new StringArray(new ArrayData(StringType.Default, rows, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>(offsets), new ArrowBuffer(bytes)]));
        }
        return _segmentIds.Slice(0, rows);
    }

    private static long BytesOf(AlignedRows rows)
    {
        var bytes = 0L;
        foreach (var column in rows.Columns.OfType<AlignedColumn>())
        {
            foreach (var run in column.Runs.Span)
            {
                bytes += run.Source == RowRun.Nothing ? 0
                    : run.Repeats ? run.Length * ArraySizes.BytesOf(column.Sources[run.Source].Lists, run.Start, 1)
                    : ArraySizes.BytesOf(column.Sources[run.Source].Lists, run.Start, run.Length);
            }
        }
        return bytes;
    }
}

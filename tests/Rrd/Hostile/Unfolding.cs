using Strata.Arrow;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>Small files whose arrays show the same values again and again, so that what they say has no end.</summary>
internal static class Unfolding
{
    private const int Nested = 30;

    public static IReadOnlyDictionary<string, Func<byte[]>> Files { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["list views of the whole, nested"] = () => OneRow(Nest(values => ListViews(values, (0, values.Length), (0, values.Length)))),
        ["dictionaries nested"] = () => OneRow(Nest(values => List(Entries(values, 0, 0)))),
        ["unions nested"] = () => OneRow(Nest(values => List(Members(values, 0, 0)))),
        ["a run without end"] = () => OneRow(Runs(Text(1_000), ArrowLimits.MaxRowsWithoutBytes)),
        ["nulls without end"] = () => OneRow(new NullArray(ArrowLimits.MaxRowsWithoutBytes)),
        ["lists of nulls without end"] = () => OneRow(FixedSizeLists(new NullArray(ArrowLimits.MaxRowsWithoutBytes), 1 << 20)),
        ["a long text in each row"] = () => Rows(20_000, Entries(Text(1 << 20), new int[20_000])),
        ["a long view in each row"] = () => Rows(50_000, Views(1 << 20, 50_000)),
        ["list views that overlap"] = () => Rows(20_000, ListViews(Int8Array.From(new sbyte[20_000]), [.. Enumerable.Range(0, 20_000).Select(k => (0, k))])),
        ["list views of the whole, unsorted"] = () => File(20_000, [("c", ListViews(Int8Array.From(new sbyte[1 << 20]), [.. Enumerable.Repeat((0, 1 << 20), 20_000)]))], sorted: false),
        ["many columns without bytes"] = () => File(50_000, [.. Enumerable.Range(0, 9_000).Select(k => ($"c{k}", (IArrowArray)new NullArray(50_000)))], sorted: true),
        ["many columns without bytes, unsorted"] = () => File(20_000, [.. Enumerable.Range(0, 9_000).Select(k => ($"c{k}", (IArrowArray)new NullArray(20_000)))], sorted: false),
        ["many static columns without bytes"] = () => File(50_000, [.. Enumerable.Range(0, 9_000).Select(k => ($"c{k}", (IArrowArray)new NullArray(50_000)))], sorted: true, isStatic: true),
    };

    private static IArrowArray Nest(Func<IArrowArray, IArrowArray> around)
    {
        IArrowArray values = Int8Array.From([0]);
        for (var depth = 0; depth < Nested - 2; depth++)
        {
            values = around(values);
            // Lists of what is not a list take two levels.
            depth += values is ListArray ? 1 : 0;
        }
        return values;
    }

    // All values in the list of one row.
    private static byte[] OneRow(IArrowArray values) => File(1, [("c", List(values))], sorted: true);

    private static byte[] Rows(int rows, IArrowArray values) => File(rows, [("c", values)], sorted: true);

    private static byte[] File(int rows, (string Name, IArrowArray Values)[] columns, bool sorted, bool isStatic = false)
    {
        var ids = new byte[rows * Tuid.Size];
        if (!sorted)
        {
            ids[0] = 1;
        }
        var rowIds = new Field("rerun.controls.RowId", new FixedSizeBinaryType(Tuid.Size), nullable: false, new Dictionary<string, string> { ["rerun:kind"] = "control" });
        IEnumerable<(Field, IArrowArray)> control = [(rowIds, FixedSizeBinaryArray.Wrap(Tuid.Size, ids, rows))];
        IEnumerable<(Field, IArrowArray)> time = isStatic ? [] : [(BombMessages.Field("frame", Int64Type.Default, "index"), Int64Array.From([.. Enumerable.Range(0, rows).Select(row => (long)row)]))];
        var data = columns.Select(column => (BombMessages.Field(column.Name, column.Values.DataType, "data"), column.Values));
        return BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", rows, control.Concat(time).Concat(data), withRowIds: false)));
    }

    private static ListArray List(IArrowArray values) =>
        new(new ArrayData(new ListType(values.DataType), 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, values.Length])], [values.Data]));

    private static FixedSizeListArray FixedSizeLists(NullArray values, int lists) =>
        new(new ArrayData(new FixedSizeListType(Item(values), values.Length / lists), lists, 0, 0, [ArrowBuffer.Empty], [values.Data]));

    private static ListViewArray ListViews(IArrowArray values, params (int Start, int Count)[] views) => new(new ArrayData(
        new ListViewType(Item(values)), views.Length, 0, 0,
        [ArrowBuffer.Empty, ArrowBuffer.Of<int>([.. views.Select(view => view.Start)]), ArrowBuffer.Of<int>([.. views.Select(view => view.Count)])], [values.Data]));

    private static DictionaryArray Entries(IArrowArray values, params int[] indices) =>
        new(new ArrayData(new DictionaryType(Int32Type.Default, values.DataType), indices.Length, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>(indices)], null, values.Data));

    private static DenseUnionArray Members(IArrowArray values, params int[] places) => new(new ArrayData(
        new UnionType([Item(values)], [0], UnionMode.Dense), places.Length, 0, 0, [new ArrowBuffer(new byte[places.Length]), ArrowBuffer.Of<int>(places)], [values.Data]));

    private static RunEndEncodedArray Runs(StringArray value, int length) => new(new ArrayData(
        new RunEndEncodedType(new Field("run_ends", Int32Type.Default, nullable: false), new Field("values", value.DataType, nullable: true)), length, 0, 0, [], [Int32Array.From([length]).Data, value.Data]));

    private static StringArray Text(int length) => StringArray.From([new string('x', length)]);

    private static StringViewArray Views(int length, int count) => new(new ArrayData(
        StringViewType.Default, count, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([.. Enumerable.Repeat<int[]>([length, 0x78787878, 0, 0], count).SelectMany(view => view)]), new ArrowBuffer(Enumerable.Repeat((byte)'x', length).ToArray())]));

    private static Field Item(IArrowArray values) => new("item", values.DataType, nullable: true);
}

namespace Strata.Arrow.Tests.Support;

/// <summary>One array of every type, with nulls, text outside ASCII and slices.</summary>
internal static class Samples
{
    public static Field Item(ArrowType type, bool nullable = true) => new("item", type, nullable);

    public static RecordBatch Batch(params (string Name, IArrowArray Array)[] columns) =>
        new(new Schema(columns.Select(c => new Field(c.Name, c.Array.DataType, nullable: true))), columns.Select(c => c.Array), columns[0].Array.Length);

    public static IEnumerable<(string Name, IArrowArray Array)> EveryType()
    {
        yield return ("int8", Int8Array.FromNullable([1, null, -3, 4, sbyte.MinValue]));
        yield return ("uint8", UInt8Array.From([1, 2, 3, 4, 255]));
        yield return ("int16", Int16Array.FromNullable([1, null, -3, 4, short.MinValue]));
        yield return ("uint16", UInt16Array.From([1, 2, 3, 4, ushort.MaxValue]));
        yield return ("int32", Int32Array.FromNullable([1, null, -3, 4, int.MinValue]));
        yield return ("uint32", UInt32Array.From([1, 2, 3, 4, uint.MaxValue]));
        yield return ("int64", Int64Array.FromNullable([1, null, -3, 4, long.MinValue]));
        yield return ("uint64", UInt64Array.From([1, 2, 3, 4, ulong.MaxValue]));
        yield return ("half", HalfFloatArray.FromNullable([(Half)0.5f, null, Half.NaN, Half.NegativeInfinity, (Half)1]));
        yield return ("float", FloatArray.FromNullable([0.5f, null, float.NaN, float.Epsilon, -0f]));
        yield return ("double", DoubleArray.FromNullable([0.1, null, double.NaN, double.Epsilon, -0.0]));
        yield return ("bool", BooleanArray.FromNullable([true, null, false, true, true]));
        yield return ("utf8", StringArray.From("a", null, "", "größer", "😀 three"));
        yield return ("binary", BinaryArray.From([[1, 2], null, [], [0], [255, 254, 253]]));
        yield return ("fixed", FixedSizeBinaryArray.From(3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [true, false, true, true, true]));
        yield return ("null", new NullArray(5));
        yield return ("date32", Date32Array.FromNullable([0, null, -1, 19_000, int.MaxValue]));
        yield return ("date64", Date64Array.From([0, 86_400_000, -86_400_000, 172_800_000, 0]));
        yield return ("time32", Time32Array.From(new Time32Type(TimeUnit.Second), [0, 1, 2, 3, 86_399]));
        yield return ("time64", Time64Array.From(new Time64Type(TimeUnit.Nanosecond), [0, 1, 2, 3, 86_399_999_999_999]));
        yield return ("timestamp", TimestampArray.FromNullable(TimestampType.Nanosecond, [0, null, -1, long.MinValue + 1, long.MaxValue]));
        yield return ("timestamp_tz", TimestampArray.From(new TimestampType(TimeUnit.Second, "Europe/Berlin"), [0, 1, 2, 3, 4]));
        yield return ("duration", DurationArray.From(DurationType.Nanosecond, [0, 1, -2, 3, 4]));
        yield return ("list", Lists());
        yield return ("large_list", LargeListArray.From(Item(Int64Type.Default), [0, 2, 2, 3, 5, 6], Int64Array.FromNullable([1, null, 3, 4, 5, 6])));
        yield return ("fixed_list", FixedSizeListArray.From(
            Item(FloatType.Default, nullable: false), 2, FloatArray.From([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [true, true, false, true, true]));
        yield return ("struct", Structs());
        yield return ("map", Map());
        yield return ("dictionary", Dictionary());
        yield return ("dense", DenseUnion());
        yield return ("sparse", SparseUnion());
        yield return ("views", Views());
        yield return ("runs", Runs());
        yield return ("list_view", ListViews());
        yield return ("decimal", Decimals());
        yield return ("interval", new MonthDayNanosecondIntervalArray(Fixed<MonthDayNanosecondInterval>(
            new IntervalType(IntervalUnit.MonthDayNanosecond), [new(1, 2, 3), new(-1, -2, -3), default, new(0, 0, long.MaxValue), new(1, 0, 0)])));
        yield return ("blobs", ListArray.From(Item(UInt8Type.Default, nullable: false), [0, 0, 3, 3, 4, 9], UInt8Array.From([1, 2, 3, 4, 5, 6, 7, 8, 9])));
    }

    public static ListArray Lists() =>
        ListArray.From(Item(DoubleType.Default), [0, 2, 2, 3, 5, 5], DoubleArray.FromNullable([0.5, null, 2.5, 3.5, 4.5]), [true, false, true, true, true]);

    public static StructArray Structs()
    {
        var type = new StructType([new Field("x", FloatType.Default, false), new Field("name", StringType.Default, true)]);
        return StructArray.From(type, [FloatArray.From([1, 2, 3, 4, 5]), StringArray.From("a", null, "c", "d", "e")], 5, [true, true, false, true, true]);
    }

    public static MapArray Map()
    {
        var entries = new StructType([new Field("key", StringType.Default, false), new Field("value", Int32Type.Default, true)]);
        StructArray pairs = StructArray.From(entries, [StringArray.From("a", "b", "c"), Int32Array.FromNullable([1, null, 3])], 3);
        var type = new MapType(new Field("entries", entries, false), false);
        return new MapArray(new ArrayData(type, 5, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 1, 1, 3, 3, 3])], [pairs.Data]));
    }

    public static DictionaryArray Dictionary()
    {
        Int16Array indices = Int16Array.FromNullable([1, null, 0, 2, 1]);
        StringArray values = StringArray.From("red", "green", "blue");
        return new DictionaryArray(new ArrayData(new DictionaryType(Int16Type.Default, StringType.Default), 5, 1, 0, [.. indices.Data.Buffers], null, values.Data));
    }

    public static DenseUnionArray DenseUnion()
    {
        var type = new UnionType([new Field("_null_markers", NullType.Default, true), new Field("i", Int64Type.Default, true), new Field("s", StringType.Default, true)], [0, 1, 5], UnionMode.Dense);
        ArrayData[] children = [new NullArray(1).Data, Int64Array.FromNullable([7, null]).Data, StringArray.From("x", "y").Data];
        return new DenseUnionArray(new ArrayData(type, 5, 0, 0, [ArrowBuffer.Of<sbyte>([1, 0, 5, 1, 5]), ArrowBuffer.Of<int>([0, 0, 0, 1, 1])], children));
    }

    public static SparseUnionArray SparseUnion()
    {
        var type = new UnionType([new Field("i", Int64Type.Default, true), new Field("b", BooleanType.Default, true)], [0, 1], UnionMode.Sparse);
        ArrayData[] children = [Int64Array.FromNullable([7, null, 9, 10, 11]).Data, BooleanArray.From([true, false, true, false, true]).Data];
        return new SparseUnionArray(new ArrayData(type, 5, 0, 0, [ArrowBuffer.Of<sbyte>([1, 0, 0, 1, 1]), ArrowBuffer.Empty], children));
    }

    public static StringViewArray Views()
    {
        var views = new byte[5 * 16];
        byte[] text = "a text of more than twelve bytes"u8.ToArray();
        Inline(views.AsSpan(0), "short"u8);
        BitConverter.TryWriteBytes(views.AsSpan(32), text.Length);
        text.AsSpan(0, 4).CopyTo(views.AsSpan(36));
        Inline(views.AsSpan(48), "ü"u8);
        return new StringViewArray(new ArrayData(StringViewType.Default, 5, 1, 0, [new ArrowBuffer(new byte[] { 0b11101 }), new ArrowBuffer(views), new ArrowBuffer(text)]));
    }

    public static RunEndEncodedArray Runs()
    {
        var type = new RunEndEncodedType(new Field("run_ends", Int32Type.Default, false), new Field("values", StringType.Default, true));
        return new RunEndEncodedArray(new ArrayData(type, 5, 0, 0, [], [Int32Array.From([2, 3, 5]).Data, StringArray.From("a", null, "b").Data]));
    }

    public static ListViewArray ListViews() =>
        new(new ArrayData(
            new ListViewType(Item(Int32Type.Default)), 5, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([3, 0, 0, 1, 2]), ArrowBuffer.Of<int>([1, 2, 0, 3, 2])], [Int32Array.From([1, 2, 3, 4]).Data]));

    public static Decimal128Array Decimals() => new(Fixed<Int128>(new Decimal128Type(10, 2), [123, -45, 0, 99_999_999, 1]));

    private static ArrayData Fixed<T>(ArrowType type, ReadOnlySpan<T> values)
        where T : unmanaged => new(type, values.Length, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of(values)]);

    private static void Inline(Span<byte> view, ReadOnlySpan<byte> text)
    {
        BitConverter.TryWriteBytes(view, text.Length);
        text.CopyTo(view[4..]);
    }
}

namespace Strata.Arrow.Tests.Support;

/// <summary>An array of every type: first a value, then a null.</summary>
internal static class OneOfEach
{
    private static readonly ArrowBuffer FirstIsValid = ArrowBuffer.Of<byte>([1]);
    private static readonly byte[] Hi = "hi"u8.ToArray();
    private static readonly Field Item = new("item", Int32Type.Default, nullable: true);

    public static IReadOnlyList<IArrowArray> Arrays { get; } =
    [
        .. new[]
        {
            new ArrayData(NullType.Default, 2, 2, 0, []),
            Fixed<byte>(BooleanType.Default, 1),
            Fixed<byte>(UInt8Type.Default, 7),
            Fixed<sbyte>(Int8Type.Default, 7),
            Fixed<ushort>(UInt16Type.Default, 7),
            Fixed<short>(Int16Type.Default, 7),
            Fixed<uint>(UInt32Type.Default, 7),
            Fixed(Int32Type.Default, 7),
            Fixed<ulong>(UInt64Type.Default, 7),
            Fixed<long>(Int64Type.Default, 7),
            Fixed(HalfFloatType.Default, (Half)1.5),
            Fixed(FloatType.Default, 1.5f),
            Fixed(DoubleType.Default, 1.5),
            Bytes<int>(StringType.Default),
            Bytes<int>(BinaryType.Default),
            Bytes<long>(LargeStringType.Default),
            Bytes<long>(LargeBinaryType.Default),
            View(StringViewType.Default),
            View(BinaryViewType.Default),
            new ArrayData(new FixedSizeBinaryType(2), 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<byte>([.. Hi, 0, 0])]),
            Fixed(Date32Type.Default, 7),
            Fixed<long>(Date64Type.Default, 86_400_000),
            Fixed<long>(new TimestampType(TimeUnit.Millisecond), 7),
            Fixed(new Time32Type(TimeUnit.Millisecond), 7),
            Fixed<long>(new Time64Type(TimeUnit.Microsecond), 7),
            Fixed<long>(new DurationType(TimeUnit.Second), 7),
            Fixed(new IntervalType(IntervalUnit.YearMonth), 7),
            Fixed(new IntervalType(IntervalUnit.DayTime), new DayTimeInterval(1, 2)),
            Fixed(new IntervalType(IntervalUnit.MonthDayNanosecond), new MonthDayNanosecondInterval(1, 2, 3)),
            Fixed(new Decimal32Type(5, 2), -150),
            Fixed(new Decimal64Type(5, 2), -150L),
            Fixed(new Decimal128Type(5, 2), (Int128)(-150)),
            new ArrayData(new Decimal256Type(5, 2), 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<long>([-150, -1, -1, -1, 0, 0, 0, 0])]),
            Lists(new ListType(Item), ArrowBuffer.Of<int>([0, 2, 2])),
            Lists(new LargeListType(Item), ArrowBuffer.Of<long>([0, 2, 2])),
            Lists(new ListViewType(Item), ArrowBuffer.Of<int>([0, 0]), ArrowBuffer.Of<int>([2, 0])),
            Lists(new LargeListViewType(Item), ArrowBuffer.Of<long>([0, 0]), ArrowBuffer.Of<long>([2, 0])),
            Lists(new FixedSizeListType(Item, 2)),
            new ArrayData(new StructType([new Field("x", Int32Type.Default, true)]), 2, 1, 0, [FirstIsValid], [Fixed(Int32Type.Default, 7)]),
            Map(),
            Union(UnionMode.Dense, ArrowBuffer.Of<int>([0, 1])),
            Union(UnionMode.Sparse),
            new ArrayData(new DictionaryType(Int32Type.Default, StringType.Default), 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<int>([0, 0])], null, StringArray.From("hi").Data),
            new ArrayData(new RunEndEncodedType(new Field("run_ends", Int32Type.Default, false), new Field("values", StringType.Default, true)), 2, 0, 0, [], [Int32Array.From([1, 2]).Data, Bytes<int>(StringType.Default)]),
        }.Select(ArrowArrayFactory.BuildArray),
    ];

    /// <summary>What a table of them is keyed by.</summary>
    public static string NameOf(IArrowArray array) => array.DataType switch
    {
        IntervalType interval => $"Interval.{interval.Unit}",
        UnionType union => $"Union.{union.Mode}",
        var type => $"{type.TypeId}",
    };

    /// <summary>The names that there must be: a type that is new to the enumeration is missed here.</summary>
    public static IEnumerable<string> Names =>
        Enum.GetValues<ArrowTypeId>().Where(id => id != ArrowTypeId.RecordBatch).SelectMany(id => id switch
        {
            ArrowTypeId.Interval => Enum.GetNames<IntervalUnit>().Select(unit => $"Interval.{unit}"),
            ArrowTypeId.Union => Enum.GetNames<UnionMode>().Select(mode => $"Union.{mode}"),
            _ => [$"{id}"],
        });

    private static ArrayData Fixed<T>(ArrowType type, T value)
        where T : unmanaged => new(type, 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<T>([value, default])]);

    private static ArrayData Bytes<T>(ArrowType type)
        where T : unmanaged, System.Numerics.INumber<T> => new(type, 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<T>([T.Zero, T.CreateChecked(2), T.CreateChecked(2)]), ArrowBuffer.Of<byte>(Hi)]);

    // Short ones stand in the view itself: four bytes of length, then the bytes.
    private static ArrayData View(ArrowType type) => new(type, 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<byte>([2, 0, 0, 0, .. Hi, .. new byte[26]])]);

    private static ArrayData Lists(ArrowType type, params ArrowBuffer[] buffers) => new(type, 2, 1, 0, [FirstIsValid, .. buffers], [Int32Array.From([1, 2, 3, 4]).Data]);

    private static ArrayData Map()
    {
        var entries = new StructType([new Field("key", StringType.Default, nullable: false), new Field("value", Int64Type.Default, nullable: true)]);
        return new(new MapType(new Field("entries", entries, nullable: false), KeySorted: false), 2, 1, 0, [FirstIsValid, ArrowBuffer.Of<int>([0, 1, 1])], [StructArray.From(entries, [StringArray.From("a"), Int64Array.From([1])], 1).Data]);
    }

    private static ArrayData Union(UnionMode mode, ArrowBuffer offsets = default) =>
        new(new UnionType([Item], [0], mode), 2, 0, 0, [ArrowBuffer.Of<byte>([0, 0]), offsets], [Fixed(Int32Type.Default, 7)]);
}

namespace Strata.Arrow.Tests.Support;

/// <summary>Types at random: every one that a stream can carry, nested in any way.</summary>
internal sealed class AnyTypes(Random random)
{
    private static readonly ArrowType[] Leaves =
    [
        NullType.Default, BooleanType.Default, Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default, UInt8Type.Default, UInt16Type.Default, UInt32Type.Default,
        UInt64Type.Default, HalfFloatType.Default, FloatType.Default, DoubleType.Default, StringType.Default, BinaryType.Default, LargeStringType.Default, LargeBinaryType.Default,
        StringViewType.Default, BinaryViewType.Default, Date32Type.Default, Date64Type.Default, new FixedSizeBinaryType(0), new FixedSizeBinaryType(3), new Decimal32Type(9, 2),
        new Decimal64Type(18, 0), new Decimal128Type(38, -3), new Decimal256Type(76, 10), new Time32Type(TimeUnit.Second), new Time64Type(TimeUnit.Nanosecond),
        new TimestampType(TimeUnit.Microsecond), new TimestampType(TimeUnit.Nanosecond, "UTC"), new DurationType(TimeUnit.Millisecond), new IntervalType(IntervalUnit.YearMonth),
        new IntervalType(IntervalUnit.DayTime), new IntervalType(IntervalUnit.MonthDayNanosecond),
    ];

    private static readonly ArrowType[] Indices =
        [Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default, UInt8Type.Default, UInt16Type.Default, UInt32Type.Default, UInt64Type.Default];

    public ArrowType Any(int depth) => depth == 0 || random.Next(2) == 0 ? Leaves[random.Next(Leaves.Length)] : Nested(depth - 1);

    private ArrowType Nested(int depth) => random.Next(11) switch
    {
        0 => new ListType(Item(depth)),
        1 => new LargeListType(Item(depth)),
        2 => new ListViewType(Item(depth)),
        3 => new LargeListViewType(Item(depth)),
        4 => new FixedSizeListType(Item(depth), random.Next(4)),
        5 => new StructType(Fields(depth, random.Next(4))),
        6 => new MapType(new Field("entries", new StructType([new Field("key", Key(), nullable: false), new Field("value", Any(depth), true)]), nullable: false), random.Next(2) == 0),
        7 => Union(depth, UnionMode.Dense),
        8 => Union(depth, UnionMode.Sparse),
        9 => new RunEndEncodedType(new Field("run_ends", Indices[1 + random.Next(3)], nullable: false), new Field("values", Any(depth), true)),
        _ => Dictionary(depth),
    };

    // The values of a dictionary are no dictionary: a field of a stream has room for one.
    private ArrowType Dictionary(int depth)
    {
        ArrowType values = Any(depth);
        return values is DictionaryType ? values : new DictionaryType(Indices[random.Next(Indices.Length)], values, random.Next(2) == 0);
    }

    private ArrowType Key() => random.Next(2) == 0 ? StringType.Default : Int64Type.Default;

    private Field Item(int depth) => new(random.Next(2) == 0 ? "item" : "größe", Any(depth), nullable: true);

    private Field[] Fields(int depth, int count) => [.. Enumerable.Range(0, count).Select(k => new Field($"f{k}", Any(depth), true))];

    private UnionType Union(int depth, UnionMode mode)
    {
        Field[] fields = Fields(depth, random.Next(1, 4));
        return new UnionType(fields, [.. fields.Select((_, k) => (7 * k) + 3)], mode);
    }
}

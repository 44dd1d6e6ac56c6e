using System.Numerics;
using Strata.Arrow.Tests.Support;

namespace Strata.Arrow.Tests;

/// <summary>Arrays that a program makes with <c>From</c>: what it says comes back from a stream, and what would point outside is refused.</summary>
public class FactoryTests
{
    private const string Long = "longer than what a view holds itself: größer 😀";

    public static TheoryData<string> Kinds => [.. Made().Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_made_is_valid_and_comes_back_from_a_stream(string kind)
    {
        IArrowArray array = Made()[kind];

        ArrayValidator.FindFault(array.Data).ShouldBeNull(kind);
        ArrayEquality.ValuesEqual(RecordBatch.FromIpcStream(Samples.Batch(("v", array)).ToIpcStream()).Column(0), array).ShouldBeTrue(kind);
    }

    [Fact]
    public void Values_are_those_that_were_given()
    {
        var words = (DictionaryArray)Made()["dictionary"];
        Enumerable.Range(0, 3).Select(k => words.IsNull(k) ? null : ((StringArray)words.Dictionary).GetString(words.GetIndex(k))).ShouldBe(["b", null, "a"]);
        Enumerable.Range(0, 3).Select(((StringViewArray)Made()["string view"]).GetString).ShouldBe(["a", null, Long]);
        Enumerable.Range(0, 3).Select(((LargeStringArray)Made()["large string"]).GetString).ShouldBe(["a", null, Long]);
        foreach (string kind in Made().Keys.Where(name => name.StartsWith("decimal", StringComparison.Ordinal)))
            Enumerable.Range(0, 3).Select(((DecimalArray)Made()[kind]).GetString).ShouldBe(["1.50", null, "-0.02"], kind);
        var map = (MapArray)Made()["map"];
        map.ValueOffsets.ToArray().ShouldBe([0, 2, 2]);
        ((StringArray)map.Keys).GetString(1).ShouldBe("b");
    }

    [Fact]
    public void What_would_point_outside_is_refused()
    {
        StringArray words = StringArray.From("a");
        Should.Throw<ArgumentException>(() => DictionaryArray.From(Int32Array.From([0, 7]), words)).Message.ShouldContain("a dictionary of 1 values; the one at 1 does not");
        Should.Throw<ArgumentException>(() => DictionaryArray.From(Int32Array.From([-1]), words));
        Should.Throw<ArgumentException>(() => DictionaryArray.From(DoubleArray.From([0]), words)).Message.ShouldContain("are integers");
        DictionaryArray.From(Int32Array.From([7, 0, 7]).Slice(1, 1), words).GetIndex(0).ShouldBe(0);
        Should.Throw<ArgumentException>(() => DenseUnionArray.From(Union(UnionMode.Dense), [5], [1], [words]));
        Should.Throw<ArgumentException>(() => DenseUnionArray.From(Union(UnionMode.Dense), [4], [0], [words]));
        Should.Throw<ArgumentException>(() => SparseUnionArray.From(Union(UnionMode.Dense), [5], [words]));
        Should.Throw<ArgumentException>(() => MapArray.From(Map(), [0, 2], words, Int32Array.From([1])));
        Should.Throw<ArgumentException>(() => MapArray.From(Map(), [0, 1], StringArray.From((string?)null), Int32Array.From([1])));
        Should.Throw<ArgumentOutOfRangeException>(() => Decimal32Array.From(new Decimal32Type(2, 0), [100]));
    }

    private static Dictionary<string, IArrowArray> Made()
    {
        bool[] second = [true, false, true];
        return new()
        {
            ["dictionary"] = DictionaryArray.From(Int8Array.FromNullable([1, null, 0]), StringArray.From("a", "b")),
            ["large string"] = LargeStringArray.From("a", null, Long),
            ["large binary"] = LargeBinaryArray.From([[1], null, []]),
            ["string view"] = StringViewArray.From("a", null, Long),
            ["binary view"] = BinaryViewArray.From([[1], null, new byte[100]]),
            ["decimal32"] = Decimal32Array.From(new Decimal32Type(9, 2), [150, 0, -2], second),
            ["decimal64"] = Decimal64Array.From(new Decimal64Type(18, 2), [150, 0, -2], second),
            ["decimal128"] = Decimal128Array.From(new Decimal128Type(38, 2), [150, 0, -2], second),
            ["decimal256"] = Decimal256Array.From(new Decimal256Type(76, 2), [new BigInteger(150), BigInteger.Zero, new BigInteger(-2)], second),
            ["map"] = MapArray.From(Map(), [0, 2, 2], StringArray.From("a", "b"), Int32Array.From([1, 2]), [true, false]),
            ["dense union"] = DenseUnionArray.From(Union(UnionMode.Dense), [5, 5], [1, 0], [StringArray.From("a", null)]),
            ["sparse union"] = SparseUnionArray.From(Union(UnionMode.Sparse), [5, 5], [StringArray.From("a", null)]),
        };
    }

    private static UnionType Union(UnionMode mode) => new([new Field("s", StringType.Default, nullable: true)], [5], mode);

    private static MapType Map() => new(new Field("entries", new StructType([new Field("key", StringType.Default, false), new Field("value", Int32Type.Default, true)]), false), KeySorted: false);
}

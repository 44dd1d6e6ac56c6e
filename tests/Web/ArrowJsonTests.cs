using Strata.Arrow;
using Strata.Arrow.Tests.Support;

namespace Strata.Web.Tests;

public sealed class ArrowJsonTests
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["Null"] = "null", ["Boolean"] = "true",
        ["UInt8"] = "7", ["Int8"] = "7", ["UInt16"] = "7", ["Int16"] = "7", ["UInt32"] = "7", ["Int32"] = "7", ["UInt64"] = "7", ["Int64"] = "7",
        ["HalfFloat"] = "1.5", ["Float"] = "1.5", ["Double"] = "1.5",
        ["String"] = "\"hi\"", ["LargeString"] = "\"hi\"", ["StringView"] = "\"hi\"",
        ["Binary"] = "\"6869\"", ["LargeBinary"] = "\"6869\"", ["BinaryView"] = "\"6869\"", ["FixedSizedBinary"] = "\"6869\"",
        ["Date32"] = "7", ["Date64"] = "86400000", ["Timestamp"] = "7000000", ["Time32"] = "7000000", ["Time64"] = "7000", ["Duration"] = "7000000000",
        ["Interval.YearMonth"] = """{"months":7}""", ["Interval.DayTime"] = """{"days":1,"milliseconds":2}""", ["Interval.MonthDayNanosecond"] = """{"months":1,"days":2,"nanoseconds":3}""",
        ["Decimal32"] = "\"-1.50\"", ["Decimal64"] = "\"-1.50\"", ["Decimal128"] = "\"-1.50\"", ["Decimal256"] = "\"-1.50\"",
        ["List"] = "[1,2]", ["LargeList"] = "[1,2]", ["ListView"] = "[1,2]", ["LargeListView"] = "[1,2]", ["FixedSizeList"] = "[1,2]",
        ["Struct"] = """{"x":7}""", ["Map"] = """[{"key":"a","value":1}]""", ["Union.Dense"] = "7", ["Union.Sparse"] = "7", ["Dictionary"] = "\"hi\"", ["RunEndEncoded"] = "\"hi\"",
    };

    [Fact]
    public void A_value_of_every_type_has_its_form()
    {
        OneOfEach.Arrays.Select(OneOfEach.NameOf).ShouldBe(OneOfEach.Names, ignoreOrder: true);
        foreach (var array in OneOfEach.Arrays)
        {
            var rows = RecordBatchJson.ToTable(new RecordBatch(new Schema([new Field("v", array.DataType, nullable: true)]), [array], 2), 1).Rows.ToJsonElement();

            rows[0].GetProperty("v").GetRawText().ShouldBe(Texts[OneOfEach.NameOf(array)], OneOfEach.NameOf(array));
            rows[1].GetProperty("v").GetRawText().ShouldBe("null", OneOfEach.NameOf(array));
        }
    }

    // Written out, it would have two thousand million zeros.
    [Fact]
    public void A_decimal_of_a_huge_scale_is_written_with_an_exponent()
    {
        foreach (var (scale, text) in new[] { (int.MaxValue, "15E-2147483647"), (int.MinValue, "15E2147483648"), (-2, "1500") })
        {
            new Decimal32Array(new ArrayData(new Decimal32Type(5, scale), 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([15])])).GetString(0).ShouldBe(text);
        }
    }
}

using Strata.Arrow.Tests.Support;
using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class CellTextTests
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["Null"] = "null", ["Boolean"] = "true",
        ["UInt8"] = "7", ["Int8"] = "7", ["UInt16"] = "7", ["Int16"] = "7", ["UInt32"] = "7", ["Int32"] = "7", ["UInt64"] = "7", ["Int64"] = "7",
        ["HalfFloat"] = "1.5", ["Float"] = "1.5", ["Double"] = "1.5",
        ["String"] = "hi", ["LargeString"] = "hi", ["StringView"] = "hi",
        ["Binary"] = "0x6869", ["LargeBinary"] = "0x6869", ["BinaryView"] = "0x6869", ["FixedSizedBinary"] = "0x6869",
        ["Date32"] = "7", ["Date64"] = "86400000", ["Timestamp"] = "7", ["Time32"] = "7", ["Time64"] = "7", ["Duration"] = "7",
        ["Interval.YearMonth"] = "7 months", ["Interval.DayTime"] = "1 days 2 ms", ["Interval.MonthDayNanosecond"] = "1 months 2 days 3 ns",
        ["Decimal32"] = "-1.50", ["Decimal64"] = "-1.50", ["Decimal128"] = "-1.50", ["Decimal256"] = "-1.50",
        ["List"] = "[1, 2]", ["LargeList"] = "[1, 2]", ["ListView"] = "[1, 2]", ["LargeListView"] = "[1, 2]", ["FixedSizeList"] = "[1, 2]",
        ["Struct"] = "{7}", ["Map"] = "[{a, 1}]", ["Union.Dense"] = "7", ["Union.Sparse"] = "7", ["Dictionary"] = "hi", ["RunEndEncoded"] = "hi",
    };

    [Fact]
    public void A_value_of_every_type_is_shown_as_what_it_is()
    {
        OneOfEach.Arrays.Select(OneOfEach.NameOf).ShouldBe(OneOfEach.Names, ignoreOrder: true);
        foreach (var array in OneOfEach.Arrays)
        {
            CellText.Of(array, 0).ShouldBe(Texts[OneOfEach.NameOf(array)], OneOfEach.NameOf(array));
            CellText.Of(array, 1).ShouldBe("null", OneOfEach.NameOf(array));
        }
    }
}

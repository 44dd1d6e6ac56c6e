using System.Text.Json;
using Strata.Arrow;

namespace Strata.Web.Tests;

public sealed class TableChoiceTests
{
    private static readonly Field TextItem = new("item", StringType.Default, nullable: true);
    private static readonly Field NumberItem = new("item", DoubleType.Default, nullable: true);
    private static readonly Field TruthItem = new("item", BooleanType.Default, nullable: true);

    private static readonly RecordBatch Batch = new(
        new Schema([
            new("id", StringType.Default, nullable: false),
            new("property:tracking_error:mean", new ListType(NumberItem), nullable: true),
            new("good", new ListType(TruthItem), nullable: true),
            new("layers", new ListType(TextItem), nullable: false),
            new("updated", TimestampType.Nanosecond, nullable: false),
            new("size", UInt64Type.Default, nullable: false),
        ]),
        [
            StringArray.From("a", "b", "c", "d"),
            ListArray.From(NumberItem, [0, 1, 2, 2, 3], DoubleArray.From([0.2, 0.1, 0.03]), [true, true, false, true]),
            ListArray.From(TruthItem, [0, 1, 2, 2, 3], BooleanArray.From([false, true, true]), [true, true, false, true]),
            ListArray.From(TextItem, [0, 2, 3, 4, 6], StringArray.From("base", "quality", "base", "base", "base", "quality")),
            TimestampArray.From(TimestampType.Nanosecond, [1_763_805_600_000_000_000, 1_763_805_600_000_000_001, 3, 4]),
            UInt64Array.From([1UL, 2, ulong.MaxValue, 1]),
        ],
        4);

    [Theory]
    [InlineData("good = false", "a")]
    [InlineData("good = true", "b,d")]
    [InlineData("good", "b,d")]
    [InlineData("not good", "a")]
    [InlineData("tracking_error:mean < 0.15", "b,d")]
    [InlineData("tracking_error_mean >= 0.1", "a,b")]
    [InlineData("tracking_error:mean<0.15 and layers = quality", "d")]
    [InlineData("id != 'a'", "b,c,d")]
    [InlineData("layers = base", "a,b,c,d")]
    [InlineData("not 'quality' in layers", "b,c")]
    [InlineData("tracking_error:mean is null or tracking_error:mean > 0.15", "a,c")]
    [InlineData("updated > 2025-11-22T10:00:00Z", "b")]
    [InlineData("size > 3", "c")]
    public void Rows_are_picked_by_an_expression(string where, string expected) => Ids(Choose(where)).ShouldBe(expected);

    [Theory]
    [InlineData("tracking_error:mean", "d,b,a,c")]
    [InlineData("-tracking_error_mean", "a,b,d,c")]
    [InlineData("-id", "d,c,b,a")]
    [InlineData("size,-id", "d,a,b,c")]
    [InlineData("good,id", "a,b,d,c")]
    [InlineData("-updated", "b,a,d,c")]
    public void Rows_are_ordered_by_columns_with_absent_values_last_either_way(string sort, string expected) => Ids(Choose(sort: sort)).ShouldBe(expected);

    [Theory]
    [InlineData(2, null, "a,b")]
    [InlineData(2, 3, "d")]
    [InlineData(null, 1, "b,c,d")]
    [InlineData(0, null, "")]
    [InlineData(3, 9, "")]
    public void A_limit_and_an_offset_cut_out_some_and_say_of_how_many(int? limit, int? offset, string expected)
    {
        var table = Choose(limit: limit, offset: offset);
        Ids(table).ShouldBe(expected);
        table.Matched.ShouldBe(4);
    }

    [Fact]
    public void Only_the_chosen_rows_are_written()
    {
        var written = JsonSerializer.Serialize(Choose("good", "-id", 1), ApiJson.Default.TableResponse);
        using var answer = JsonDocument.Parse(written);
        answer.RootElement.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("id").GetString()).ShouldBe(["d"]);
        answer.RootElement.GetProperty("matched").GetInt64().ShouldBe(2);
    }

    [Fact]
    public void Whoever_asks_for_all_is_not_told_how_many_matched() => Choose().Matched.ShouldBeNull();

    [Theory]
    [InlineData("tracking_eror:mean < 1", null, "where: expected the name of a column, found 'tracking_eror:mean': no row has such a property, whose column comes with the first that has; near it is tracking_error:mean at character 1:\n  tracking_eror:mean < 1\n  ^")]
    [InlineData("good", "size,colour", "sort: expected the name of a column, found 'colour'; there are id, property:tracking_error:mean, good, layers, updated, size at character 1")]
    [InlineData("good =", null, "where: expected a column, a value, not or (, found the end at character 7:\n  good =\n        ^")]
    [InlineData("id in [a]", null, "where: expected a number, a text, true or false, found 'a' at character 8")]
    public void What_does_not_fit_the_table_is_refused(string where, string? sort, string words)
    {
        var refused = Should.Throw<OperationException>(() => Choose(where, sort));
        refused.Code.ShouldBe(OperationErrors.Invalid);
        refused.Message.ShouldStartWith(words);
    }

    [Fact]
    public void Numbers_of_rows_below_0_and_too_many_columns_to_sort_by_are_refused()
    {
        Should.Throw<OperationException>(() => Choose(limit: -1)).Message.ShouldBe("limit: expected 0 or more rows, found -1");
        Should.Throw<OperationException>(() => Choose(offset: -2)).Message.ShouldBe("offset: expected 0 or more rows, found -2");
        Should.Throw<OperationException>(() => Choose(sort: string.Join(',', Enumerable.Repeat("id", 17)))).Message.ShouldBe("sort: expected at most 16 columns, found 17");
    }

    private static TableResponse Choose(string? where = null, string? sort = null, int? limit = null, int? offset = null) =>
        new TableChoice(where, sort?.Split(','), limit, offset).Apply(Batch, 1);

    private static string Ids(TableResponse table) => string.Join(',', table.Rows.EnumerateArray().Select(r => r.GetProperty("id").GetString()));
}

using System.Text.Json;
using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class RowSelectionTests
{
    private static readonly TableResponse Table = new(
        [new("id", "Utf8"), new("mean", "List(Float64)"), new("good", "List(Boolean)"), new("layers", "List(Utf8)")],
        JsonElement.Parse(
            """
            [
              {"id":"a","mean":[0.2],"good":[false],"layers":["base","quality"]},
              {"id":"b","mean":[0.1],"good":[true],"layers":["base"]},
              {"id":"c","mean":null,"good":null,"layers":["base"]},
              {"id":"d","mean":[0.03],"good":[true],"layers":["base","quality"]}
            ]
            """),
        Position: 1);

    [Theory]
    [InlineData("good = false", "a")]
    [InlineData("good = true", "b,d")]
    [InlineData("mean < 0.15", "b,d")]
    [InlineData("mean >= 0.1", "a,b")]
    [InlineData("mean<0.15 and layers = quality", "d")]
    [InlineData("id != 'a'", "b,c,d")]
    [InlineData("layers = base", "a,b,c,d")]
    public void Rows_are_picked_by_comparisons(string where, string expected) => Ids(RowSelection.Apply(Table, RowFilter.Parse(where), null)).ShouldBe(expected);

    [Theory]
    [InlineData("mean", "d,b,a,c")]
    [InlineData("-id", "d,c,b,a")]
    public void Rows_are_ordered_by_a_column_with_absent_values_last(string sort, string expected) => Ids(RowSelection.Apply(Table, null, sort)).ShouldBe(expected);

    [Theory]
    [InlineData("good")]
    [InlineData("= 3")]
    [InlineData("mean < 0.1 and nothing")]
    public void What_is_no_comparison_is_refused(string where) => Should.Throw<UsageException>(() => RowFilter.Parse(where)).Message.ShouldContain("--where");

    [Fact]
    public void A_column_that_is_not_there_is_refused_with_those_that_are() =>
        Should.Throw<UsageException>(() => RowSelection.Apply(Table, RowFilter.Parse("color = red"), null)).Message.ShouldContain("id, mean, good, layers");

    private static string Ids(TableResponse table) => string.Join(',', table.Rows.EnumerateArray().Select(r => r.GetProperty("id").GetString()));
}

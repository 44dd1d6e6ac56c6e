namespace Strata.Contracts.Tests.Expressions;

public sealed class ExpressionNamesFacts
{
    private static readonly ExpressionColumns Columns = new(
    [
        new("rerun_segment_id", ExpressionType.Text),
        new("property:tracking_error:mean", ExpressionType.Number),
        new("property:a:b_c", ExpressionType.Number),
        new("property:a_b:c", ExpressionType.Number),
        new("a:b_c", ExpressionType.Number),
        new("real time:start", ExpressionType.Time),
        new("in", ExpressionType.Number),
    ]);

    [Theory]
    [InlineData("property:tracking_error:mean > 1", "property:tracking_error:mean")]
    [InlineData("tracking_error:mean > 1", "property:tracking_error:mean")]
    [InlineData("tracking_error_mean > 1", "property:tracking_error:mean")]
    [InlineData("a:b_c > 1", "a:b_c")]
    [InlineData("a_b:c > 1", "property:a_b:c")]
    [InlineData("`real time:start` > 1", "real time:start")]
    [InlineData("`in` > 1", "in")]
    public void A_column_is_named_whole_or_short(string source, string column) =>
        Columns.All[Expression.Parse(source).Bind(Columns).Columns.Single()].Name.ShouldBe(column);

    [Fact]
    public void A_short_name_of_several_is_refused_with_their_whole_names() =>
        Should.Throw<ExpressionException>(() => Expression.Parse("1 < a_b_c").Bind(Columns)).Reason.ShouldBe(
            "expected a name that one column has, found 'a_b_c', which is short for property:a:b_c and for property:a_b:c and for a:b_c; name one of them whole at character 5");

    [Theory]
    [InlineData("tracking_eror:mean > 1", "'tracking_eror:mean': no row has such a property, whose column comes with the first that has; near it is tracking_error:mean")]
    [InlineData("segment_id = 'x'", "'segment_id'; near it is rerun_segment_id")]
    [InlineData("colour > 1", "'colour'; there are rerun_segment_id, property:tracking_error:mean,")]
    [InlineData("property:gaps:max_ms > 1", "'property:gaps:max_ms': no row has such a property")]
    [InlineData("tracking_error:mean < treshold", "'treshold'; there are")]
    public void A_name_that_no_column_has_is_refused_with_what_is_near(string source, string words) =>
        Should.Throw<ExpressionException>(() => Expression.Parse(source).Bind(Columns)).Reason.ShouldContain($"expected the name of a column, found {words}");

    [Fact]
    public void Where_there_are_no_columns_the_refusal_says_so() =>
        Should.Throw<ExpressionException>(() => Expression.Parse("quality:tracking_good").Bind(new([]))).Reason.ShouldContain("there are no columns");

    [Fact]
    public void Names_are_listed_without_the_words_that_need_not_be_one() =>
        Expression.Parse("a:b < 3 and c:d = good and max(e:f, g) > `h` and 'x' in i").Names.ShouldBe(["a:b", "c:d", "e:f", "g", "h", "i"]);
}

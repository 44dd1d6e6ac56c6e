namespace Strata.Contracts.Tests.Expressions;

public sealed class ExpressionMeaningFacts
{
    private static readonly (ExpressionColumn Column, ExpressionValue Value)[] Row =
    [
        (new("property:tracking_error:mean", ExpressionType.Number, IsList: true), Items(ExpressionValue.Of(0.1))),
        (new("property:gaps:max_ms", ExpressionType.Number, IsList: true), ExpressionValue.Null),
        (new("property:quality:tracking_good", ExpressionType.Truth, IsList: true), Items(ExpressionValue.True)),
        (new("layers", ExpressionType.Text, IsList: true), Items(ExpressionValue.Of("base"), ExpressionValue.Of("quality"))),
        (new("other_layers", ExpressionType.Text, IsList: true), Items(ExpressionValue.Of("a"), ExpressionValue.Of("base"))),
        (new("robot", ExpressionType.Text), ExpressionValue.Of("arm-3")),
        (new("number", ExpressionType.Text), ExpressionValue.Of("007")),
        (new("updated", ExpressionType.Time), ExpressionValue.Of(1_763_805_600_000_000_001L)),
        (new("before", ExpressionType.Time), ExpressionValue.Of(1_763_805_600_000_000_000L)),
        (new("size", ExpressionType.Number), ExpressionValue.Of(9_007_199_254_740_993L)),
        (new("pose", ExpressionType.Other), ExpressionValue.Null),
        (new("empty", ExpressionType.Number, IsList: true), Items()),
        (new("infinite", ExpressionType.Number), ExpressionValue.Of(double.PositiveInfinity)),
    ];

    private static readonly ExpressionColumns Columns = new([.. Row.Select(r => r.Column)]);

    [Theory]
    [InlineData("tracking_error:mean < 0.13")]
    [InlineData("tracking_error_mean >= 0.1 and tracking_error_mean <= 0.1")]
    [InlineData("0.13 > property:tracking_error:mean")]
    [InlineData("quality:tracking_good")]
    [InlineData("quality:tracking_good = true and quality:tracking_good != false")]
    [InlineData("layers = 'base' and layers = quality and layers != 'base'")]
    [InlineData("'quality' in layers")]
    [InlineData("not layers = tracking_error")]
    [InlineData("layers in ['x', 'quality']")]
    [InlineData("layers contains 'qual' and layers startsWith 'ba'")]
    [InlineData("robot = 'arm-3' and robot in ['arm-3'] and not robot contains 'ARM'")]
    [InlineData("number = 007 and number in [007]")]
    [InlineData("updated > '2025-11-22T10:00:00Z' and updated < '2025-11-22 10:00:01'")]
    [InlineData("updated = 1763805600000000001 and updated != 1763805600000000000")]
    [InlineData("'2025-11-22' < updated")]
    [InlineData("updated - before < 1000")]
    [InlineData("size = 9007199254740993 and size != 9007199254740992")]
    [InlineData("gaps_max_ms is null and empty is null and pose is null and infinite is null")]
    [InlineData("layers is not null")]
    [InlineData("len(layers) = 2 and len(robot) = 5 and len(tracking_error:mean) = 1 and len(empty) = 0")]
    [InlineData("max(0.05, tracking_error:mean) = 0.1 and min(tracking_error:mean, 3, 1) = 0.1")]
    [InlineData("abs(-tracking_error:mean) * 10 + 1 = 2 and 7 / 2 = 3.5 and 2 - 3 - 4 = -5")]
    [InlineData("1 in [1.0, 2]")]
    public void It_holds(string source) => Holds(source).ShouldBe(true);

    [Theory]
    [InlineData("tracking_error:mean > 0.13")]
    [InlineData("layers = 'bas'")]
    [InlineData("not quality:tracking_good")]
    [InlineData("robot in ['arm', 'ARM-3']")]
    [InlineData("gaps:max_ms < 200 and tracking_error:mean > 1")]
    [InlineData("tracking_error:mean > 1 and gaps:max_ms < 200")]
    [InlineData("layers is null")]
    public void It_does_not_hold(string source) => Holds(source).ShouldBe(false);

    [Theory]
    [InlineData("gaps:max_ms < 200")]
    [InlineData("gaps:max_ms != 200")]
    [InlineData("not gaps:max_ms < 200")]
    [InlineData("gaps:max_ms in [200]")]
    [InlineData("tracking_error:mean < 0.13 and gaps:max_ms < 200")]
    [InlineData("tracking_error:mean > 0.13 or gaps:max_ms < 200")]
    [InlineData("empty = 1")]
    [InlineData("infinite > 1")]
    [InlineData("1 / 0 > 1")]
    [InlineData("0 / 0 = 0")]
    [InlineData("1e300 * 1e300 > 1")]
    [InlineData("max(gaps:max_ms, 3) > 1")]
    [InlineData("layers = other_layers")]
    [InlineData("null or false")]
    public void It_is_not_known(string source) => Holds(source).ShouldBeNull();

    [Fact]
    public void What_is_known_decides_over_what_is_not()
    {
        Holds("gaps:max_ms < 200 or tracking_error:mean < 0.13").ShouldBe(true);
        Holds("gaps:max_ms < 200 and tracking_error:mean > 0.13").ShouldBe(false);
    }

    [Theory]
    [InlineData("tracking_error:mean = 'x'", 23, "a number, found a text")]
    [InlineData("tracking_error:mean", 1, "a condition, which is true or false, found a value")]
    [InlineData("robot and quality:tracking_good", 1, "true or false, found robot, which is a text")]
    [InlineData("robot < tracking_error:mean", 9, "a text, found property:tracking_error:mean, which is a number")]
    [InlineData("quality:tracking_good = fales", 25, "true or false, found 'fales'")]
    [InlineData("quality:tracking_good < true", 23, "= or !=")]
    [InlineData("tracking_error:mean = null", 23, "a value; 'is null' asks")]
    [InlineData("null != tracking_error:mean", 1, "a column; 'is null' asks")]
    [InlineData("pose = 3", 1, "a column of numbers, texts, times or true and false, found pose")]
    [InlineData("updated > 'yesterday'", 11, "a time such as '2026-11-22T10:00:00Z', or whole nanoseconds, found 'yesterday'")]
    [InlineData("robot contains 3 + 4", 18, "a text, found a number")]
    [InlineData("robot in robot", 10, "a list, or a column that holds lists")]
    [InlineData("robot in ['a', true]", 16, "a text, found true or false")]
    [InlineData("abs(robot) > 1", 5, "a number, found robot, which is a text")]
    [InlineData("abs(1, 2) > 1", 1, "one argument of abs, found 2")]
    [InlineData("len(size) > 1", 5, "a text, found size, which is a number")]
    [InlineData("updated + 1 > 3", 1, "a number, found updated, which is a time")]
    public void A_part_of_another_type_than_its_place_needs_is_refused(string source, int position, string words)
    {
        var refused = Should.Throw<ExpressionException>(() => Holds(source));
        refused.Reason.ShouldContain($"expected {words}");
        refused.Position.ShouldBe(position);
    }

    [Fact]
    public void It_says_which_columns_it_looks_at() =>
        Expression.Parse("gaps_max_ms < 3 and quality:tracking_good and layers = base").Bind(Columns).Columns.Select(c => Row[c].Column.Name)
            .ShouldBe(["property:gaps:max_ms", "property:quality:tracking_good", "layers"]);

    private static bool? Holds(string source) => Expression.Parse(source).BindCondition(Columns).Holds(column => Row[column].Value);

    private static ExpressionValue.Items Items(params ExpressionValue[] values) => new(values.ToEquatableArray());
}

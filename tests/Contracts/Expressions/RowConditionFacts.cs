namespace Strata.Contracts.Tests.Expressions;

/// <summary>What <c>--where</c> took before it took expressions means the same.</summary>
public sealed class RowConditionFacts
{
    private static readonly (ExpressionColumn Column, ExpressionValue Value)[] Row =
    [
        (new("robot", ExpressionType.Text), ExpressionValue.Of("arm-3.b/2")),
        (new("id", ExpressionType.Text), ExpressionValue.Of("12ab")),
        (new("day", ExpressionType.Text), ExpressionValue.Of("2026-11-22")),
        (new("title", ExpressionType.Text), ExpressionValue.Of("the red cube")),
        (new("property:quality:tracking_good", ExpressionType.Truth, IsList: true), ExpressionValue.False),
        (new("mean", ExpressionType.Number), ExpressionValue.Of(-0.5)),
        (new("updated", ExpressionType.Time), ExpressionValue.Of(1_763_805_600_000_000_000L)),
        (new("a-b", ExpressionType.Number), ExpressionValue.Of(3L)),
    ];

    private static readonly ExpressionColumns Columns = new([.. Row.Select(r => r.Column)]);

    [Theory]
    [InlineData("robot=arm-3.b/2")]
    [InlineData("id = 12ab AND day = 2026-11-22")]
    [InlineData("title = the red cube and mean < 0")]
    [InlineData("property:quality:tracking_good = false")]
    [InlineData("mean >= -0.5 and mean <= -5e-1")]
    [InlineData("updated > 2025-11-22T09:00:00Z and updated < 2025-11-23")]
    [InlineData("a-b = 3")]
    [InlineData("robot startsWith 'arm' or mean > 3")]
    public void It_holds(string source) => Holds(source).ShouldBe(true);

    [Theory]
    [InlineData("mean < arm-3", "found 'arm'")]
    [InlineData("mean < ", "found the end at character 8")]
    [InlineData("mean < 0.1 && mean >", "found the end at character 21")]
    [InlineData("= 3", "found '=' at character 1")]
    [InlineData("mean < 0.1 and nothing", "found 'nothing'")]
    [InlineData("colour = red", "found 'colour'")]
    [InlineData("robot = arm.3 and colour = red", "found 'colour'; ")]
    [InlineData("mean < 1e400", "a number that a double can hold, found 1e400")]
    public void What_is_wrong_is_told_of_the_expression(string source, string words) =>
        Should.Throw<ExpressionException>(() => Holds(source)).Reason.ShouldContain(words);

    [Fact]
    public void What_is_too_deep_for_an_expression_is_no_name_of_a_column() =>
        Should.Throw<ExpressionException>(() => Holds($"{new string('-', 300)}1 = 1")).Reason.ShouldContain("levels");

    private static bool? Holds(string source) => RowCondition.Parse(source).Bind(Columns).Holds(column => Row[column].Value);
}

namespace Strata.Contracts.Tests.Expressions;

public sealed class ExpressionParsingFacts
{
    [Theory]
    [InlineData("a = 1 and b = 2 or c = 3", "a = 1 and b = 2 or c = 3")]
    [InlineData("a = 1 && (b = 2 || c = 3)", "a = 1 and (b = 2 or c = 3)")]
    [InlineData("not a = 1 and b", "not a = 1 and b")]
    [InlineData("!(a = 1 and b)", "not (a = 1 and b)")]
    [InlineData("a not in ['x', \"it's\"]", "not a in ['x', 'it''s']")]
    [InlineData("a in ('x', 'y')", "a in ['x', 'y']")]
    [InlineData("a IS NOT NULL OR b Is Null", "not a is null or b is null")]
    [InlineData("a not contains 'x' and b startswith \"y\"", "not a contains 'x' and b startsWith 'y'")]
    [InlineData("1 + 2 * 3 - -4 = (1 + 2) * 3", "1 + 2 * 3 - -4 = (1 + 2) * 3")]
    [InlineData("a - (b - c) < a / (b * c)", "a - (b - c) < a / (b * c)")]
    [InlineData("max(a, abs(-b)) >= 1.5e3", "max(a, abs(-b)) >= 1.5e3")]
    [InlineData("property:quality:tracking_good == true", "property:quality:tracking_good = true")]
    [InlineData("`a``b c` = 1", "`a``b c` = 1")]
    [InlineData("x in [-1, 2.5, true]", "x in [-1, 2.5, true]")]
    public void An_expression_is_printed_in_one_way(string source, string printed)
    {
        Expression.Parse(source).ToString().ShouldBe(printed);
        Expression.Parse(printed).Tree.ShouldBe(Expression.Parse(source).Tree);
    }

    [Theory]
    [InlineData("", 1, "a column, a value, not or (", "the end")]
    [InlineData("a <", 4, "a column, a value, not or (", "the end")]
    [InlineData("a = 1 b", 7, "and, or, an operator or the end", "'b'")]
    [InlineData("a = 1 and and b", 11, "a column, a value, not or (", "'and'")]
    [InlineData("(a = 1", 7, ") for the ( at character 1", "the end")]
    [InlineData("a is 3", 6, "null or not null", "'3'")]
    [InlineData("a not 3", 7, "in, contains or startsWith", "'3'")]
    [InlineData("a in ['x' 'y']", 11, ", or ]", "a text")]
    [InlineData("a in [null]", 7, "a number, a text, true or false", "'null'")]
    [InlineData("sqrt(a) > 1", 1, "one of the functions min, max, abs, len", "'sqrt'")]
    [InlineData("a = 'x", 7, "a ' that ends what begins at character 5", "the end")]
    [InlineData("a = 12ab", 7, "an operator behind the number 12", "'a'; a text stands in quotes")]
    [InlineData("a = 1e999", 5, "a number that a double can hold", "1e999")]
    [InlineData("a § b", 3, "a name, a value or an operator", "'§'")]
    [InlineData("a & b", 3, "a name, a value or an operator", "'&'")]
    [InlineData("1 < 2 < 3", 7, "and, or, an operator or the end", "'<'")]
    public void What_is_none_is_refused_with_what_was_expected_and_found_and_where(string source, int position, string expected, string found)
    {
        var refused = Should.Throw<ExpressionException>(() => Expression.Parse(source));
        refused.Reason.ShouldBe($"expected {expected}, found {found} at character {position}");
        refused.Position.ShouldBe(position);
    }

    [Fact]
    public void A_caret_stands_under_the_place()
    {
        var message = Should.Throw<ExpressionException>(() => Expression.Parse("tracking_error_mean <\t&& 3")).Message;
        message.ShouldEndWith(":\n  tracking_error_mean < && 3\n                        ^");
        var far = Should.Throw<ExpressionException>(() => Expression.Parse(new string('a', 100) + " ? " + new string('b', 100))).Message.Split('\n');
        (far[1][far[2].Length - 1], far[1].Length).ShouldBe(('?', 84));
    }

    [Fact]
    public void Each_limit_is_refused_by_its_number_one_above_it()
    {
        Refused(new string('a', ExpressionLimits.MaxBytes + 1), $"expected at most {ExpressionLimits.MaxBytes} bytes");
        Refused(new string('ä', ExpressionLimits.MaxBytes / 2 + 1), $"expected at most {ExpressionLimits.MaxBytes} bytes");
        Refused(string.Join(" + ", Enumerable.Repeat("1", ExpressionLimits.MaxDepth + 1)), $"expected at most {ExpressionLimits.MaxDepth} levels");
        Refused(new string('(', 1_000), $"expected at most {ExpressionLimits.MaxDepth} levels");
        Refused(string.Concat(Enumerable.Repeat("not ", 400)), $"expected at most {ExpressionLimits.MaxDepth} levels");
        Refused(new string('-', 2_000), $"expected at most {ExpressionLimits.MaxDepth} levels");
        Refused(string.Concat(Enumerable.Repeat("abs(", 400)), $"expected at most {ExpressionLimits.MaxDepth} levels");
        Refused($"a in [{string.Join(',', Enumerable.Repeat("1", ExpressionLimits.MaxListItems + 1))}]", $"expected at most {ExpressionLimits.MaxListItems} items");
        Refused(string.Join("||", Enumerable.Repeat("a", ExpressionLimits.MaxNodes)), $"expected at most {ExpressionLimits.MaxNodes} parts");

        Expression.Parse(string.Join(" + ", Enumerable.Repeat("1", ExpressionLimits.MaxDepth))).Tree.Depth.ShouldBe(ExpressionLimits.MaxDepth);
        Expression.Parse($"a in [{string.Join(',', Enumerable.Repeat("1", ExpressionLimits.MaxListItems))}]");
        Expression.Parse(string.Join("||", Enumerable.Repeat("a", ExpressionLimits.MaxNodes - 1)));
    }

    private static void Refused(string source, string words) => Should.Throw<ExpressionException>(() => Expression.Parse(source)).Reason.ShouldStartWith(words);
}

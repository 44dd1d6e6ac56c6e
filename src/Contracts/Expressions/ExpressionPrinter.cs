namespace Strata.Contracts;

/// <summary>A tree in words, with the parentheses that it needs and no others: read again it is the same tree.</summary>
internal static class ExpressionPrinter
{
    /// <summary>How strongly a part holds together: the weaker one stands in parentheses inside the stronger.</summary>
    private enum Strength
    {
        Any,
        All,
        Not,
        Comparison,
        Sum,
        Product,
        Signed,
        Whole,
    }

    public static string Print(ExpressionNode node) => node switch
    {
        ExpressionNode.Null => "null",
        ExpressionNode.Truth truth => truth.Value ? "true" : "false",
        ExpressionNode.Number number => number.Written,
        ExpressionNode.Text text => Quote(text.Value, '\''),
        ExpressionNode.Name name => name.IsQuoted ? Quote(name.Value, '`') : name.Value,
        ExpressionNode.ListOf list => $"[{string.Join(", ", list.Items.Select(Print))}]",
        ExpressionNode.Not not => $"not {Part(not.Operand, Strength.Not)}",
        ExpressionNode.All all => string.Join(" and ", all.Terms.Select(term => Part(term, Strength.Not))),
        ExpressionNode.Any any => string.Join(" or ", any.Terms.Select(term => Part(term, Strength.All))),
        ExpressionNode.Comparison compared => $"{Part(compared.Left, Strength.Sum)} {ExpressionWords.Of(compared.Operator)} {Part(compared.Right, Strength.Sum)}",
        ExpressionNode.Search search => $"{Part(search.Left, Strength.Sum)} {ExpressionWords.Of(search.Operator)} {Part(search.Right, Strength.Sum)}",
        ExpressionNode.In isIn => $"{Part(isIn.Operand, Strength.Sum)} in {Part(isIn.List, Strength.Sum)}",
        ExpressionNode.IsNull isNull => $"{Part(isNull.Operand, Strength.Sum)} is null",
        ExpressionNode.Arithmetic sum => $"{Part(sum.Left, StrengthOf(sum))} {ExpressionWords.Of(sum.Operator)} {Part(sum.Right, StrengthOf(sum) + 1)}",
        ExpressionNode.Negation negation => $"-{Part(negation.Operand, Strength.Signed)}",
        ExpressionNode.Call call => $"{ExpressionWords.Of(call.Function)}({string.Join(", ", call.Arguments.Select(Print))})",
        _ => throw new InvalidOperationException($"{node.GetType().Name} has no words: add them to {nameof(ExpressionPrinter)}"),
    };

    private static string Part(ExpressionNode node, Strength needed) => StrengthOf(node) < needed ? $"({Print(node)})" : Print(node);

    private static Strength StrengthOf(ExpressionNode node) => node switch
    {
        ExpressionNode.Any => Strength.Any,
        ExpressionNode.All => Strength.All,
        ExpressionNode.Not => Strength.Not,
        ExpressionNode.Comparison or ExpressionNode.Search or ExpressionNode.In or ExpressionNode.IsNull => Strength.Comparison,
        ExpressionNode.Arithmetic { Operator: ArithmeticOperator.Add or ArithmeticOperator.Subtract } => Strength.Sum,
        ExpressionNode.Arithmetic => Strength.Product,
        ExpressionNode.Negation => Strength.Signed,
        _ => Strength.Whole,
    };

    private static string Quote(string text, char quote) => $"{quote}{text.Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal)}{quote}";
}

namespace Strata.Contracts;

/// <summary>Comparisons: both sides have one type, and what is written without quotes beside a column takes the column's.</summary>
internal sealed partial class ExpressionBinder
{
    private BoundNode Compare(ExpressionNode.Comparison node)
    {
        var (first, second, comparison) = IsWritten(node.Left) && !IsWritten(node.Right) ? (node.Right, node.Left, Mirrored(node.Operator)) : (node.Left, node.Right, node.Operator);
        var left = Comparable(first);
        var right = Beside(left, second);
        if (left.Type == ExpressionType.Truth && comparison is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
        {
            throw Wrong(node, "= or !=, since true is not more than false", $"'{ExpressionWords.Of(node.Operator)}'");
        }

        Func<int, bool> holds = comparison switch
        {
            ComparisonOperator.Equal => order => order == 0,
            ComparisonOperator.NotEqual => order => order != 0,
            ComparisonOperator.Less => order => order < 0,
            ComparisonOperator.LessOrEqual => order => order <= 0,
            ComparisonOperator.Greater => order => order > 0,
            _ => order => order >= 0,
        };
        return BoundNode.Truth(cell => BoundNode.AnyPair(left.Evaluate(cell), right.Evaluate(cell), (a, b) => ExpressionValue.Order(a, b) is { } order ? holds(order) : null));
    }

    private BoundNode In(ExpressionNode.In node)
    {
        var operand = Comparable(node.Operand);
        if (node.List is not ExpressionNode.ListOf list)
        {
            var column = Bind(node.List);
            if (!column.IsList)
            {
                throw Wrong(node.List, "a list, or a column that holds lists", Found(node.List, column.Type));
            }

            var items = Typed(node.List, column, operand.Type == ExpressionType.Unknown ? column.Type : operand.Type);
            return BoundNode.Truth(cell => BoundNode.AnyPair(operand.Evaluate(cell), items.Evaluate(cell), IsEqual));
        }

        var values = list.Items.Select(item => Beside(operand, item).Evaluate(static _ => ExpressionValue.Null)).ToHashSet(SameValue.Comparer);
        return BoundNode.Truth(cell => BoundNode.Items(operand.Evaluate(cell)) is { IsEmpty: false } found ? found.Any(values.Contains) : null);
    }

    private BoundNode Search(ExpressionNode.Search node)
    {
        var left = Typed(node.Left, Bind(node.Left), ExpressionType.Text);
        var right = Typed(node.Right, Beside(left with { Type = ExpressionType.Text }, node.Right), ExpressionType.Text);
        Func<string, string, bool> finds = node.Operator == TextOperator.Contains
            ? (text, part) => text.Contains(part, StringComparison.Ordinal)
            : (text, part) => text.StartsWith(part, StringComparison.Ordinal);
        return BoundNode.Truth(cell => BoundNode.AnyPair(
            left.Evaluate(cell), right.Evaluate(cell), (a, b) => a is ExpressionValue.Text text && b is ExpressionValue.Text part ? finds(text.Value, part.Value) : null));
    }

    private static bool? IsEqual(ExpressionValue left, ExpressionValue right) => ExpressionValue.Order(left, right) is { } order ? order == 0 : null;

    /// <summary>What is compared with <paramref name="left"/>.</summary>
    private BoundNode Beside(BoundNode left, ExpressionNode node) => (node, left.Type) switch
    {
        (ExpressionNode.Null, _) => throw Wrong(node, "a value; 'is null' asks whether there is none", "null, of which every comparison is null"),
        (ExpressionNode.Name { IsQuoted: false } name, _) when columns.Find(name.Value, source, name.At.Index) is null => Word(left, name),
        (ExpressionNode.Number number, ExpressionType.Text) => BoundNode.Constant(ExpressionType.Text, ExpressionValue.Of(number.Written)),
        (ExpressionNode.Number number, ExpressionType.Time) => BoundNode.Constant(ExpressionType.Time, Value(number)),
        (ExpressionNode.Text text, ExpressionType.Time) => Time(text, text.Value),
        _ => Alike(left, node, Comparable(node)),
    };

    private BoundNode Alike(BoundNode left, ExpressionNode node, BoundNode right) => left.Type == ExpressionType.Unknown ? right : Typed(node, right, left.Type);

    /// <summary>A name that no column has, right of a comparison: a text without its quotes.</summary>
    private BoundNode Word(BoundNode left, ExpressionNode.Name name) => left.Type switch
    {
        ExpressionType.Text or ExpressionType.Unknown => BoundNode.Constant(left.Type, ExpressionValue.Of(name.Value)),
        ExpressionType.Time => Time(name, name.Value),
        ExpressionType.Truth => throw Wrong(name, "true or false", $"'{name.Value}'"),
        _ => throw columns.Unknown(name.Value, source, name.At.Index),
    };

    private BoundNode Time(ExpressionNode node, string text) => InstantText.TryParse(text) is { } ns
        ? BoundNode.Constant(ExpressionType.Time, ExpressionValue.Of(ns))
        : throw Wrong(node, "a time such as '2026-11-22T10:00:00Z', or whole nanoseconds", $"'{text}'");

    private BoundNode Comparable(ExpressionNode node)
    {
        if (node is ExpressionNode.Null)
        {
            throw Wrong(node, "a column; 'is null' asks whether it has no value", "null, of which every comparison is null");
        }

        var bound = Bind(node);
        return bound.Type == ExpressionType.Other ? throw Wrong(node, "a column of numbers, texts, times or true and false", Found(node, bound.Type)) : bound;
    }

    private static bool IsWritten(ExpressionNode node) => node is ExpressionNode.Number or ExpressionNode.Text or ExpressionNode.Truth;

    private static ComparisonOperator Mirrored(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => comparison,
    };

    /// <summary>Equal as <c>=</c> has it: 1 and 1.0 are.</summary>
    private sealed class SameValue : IEqualityComparer<ExpressionValue>
    {
        public static readonly SameValue Comparer = new();

        public bool Equals(ExpressionValue? x, ExpressionValue? y) => x is not null && y is not null && IsEqual(x, y) == true;

        public int GetHashCode(ExpressionValue obj) => obj is ExpressionValue.Number number ? number.Value.GetHashCode() : obj.GetHashCode();
    }
}

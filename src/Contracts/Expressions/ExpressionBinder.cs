using System.Collections.Immutable;
using System.Globalization;

namespace Strata.Contracts;

/// <summary>Finds the columns of an expression's names and checks that each part has the type that its place needs. Source: docs/expressions.md.</summary>
internal sealed partial class ExpressionBinder(ExpressionColumns columns, string source)
{
    private readonly SortedSet<int> _used = [];

    public static BoundExpression Bind(ExpressionNode tree, string source, ExpressionColumns columns)
    {
        var binder = new ExpressionBinder(columns, source);
        var bound = binder.Bind(tree);
        return new(bound, [.. binder._used]);
    }

    private BoundNode Bind(ExpressionNode node) => node switch
    {
        ExpressionNode.Null => BoundNode.Constant(ExpressionType.Unknown, ExpressionValue.Null),
        ExpressionNode.Truth truth => BoundNode.Constant(ExpressionType.Truth, ExpressionValue.Of(truth.Value)),
        ExpressionNode.Number number => BoundNode.Constant(ExpressionType.Number, Value(number)),
        ExpressionNode.Text text => BoundNode.Constant(ExpressionType.Text, ExpressionValue.Of(text.Value)),
        ExpressionNode.Name name => Column(columns.Find(name.Value, source, name.At.Index) ?? throw columns.Unknown(name.Value, source, name.At.Index)),
        ExpressionNode.ListOf list => throw Wrong(list, "a column or a value; a list stands behind in", "a list"),
        ExpressionNode.Not not => Not(Truth(not.Operand)),
        ExpressionNode.All all => All([.. all.Terms.Select(Truth)]),
        ExpressionNode.Any any => Any([.. any.Terms.Select(Truth)]),
        ExpressionNode.Comparison comparison => Compare(comparison),
        ExpressionNode.Search search => Search(search),
        ExpressionNode.In isIn => In(isIn),
        ExpressionNode.IsNull isNull => IsNull(Bind(isNull.Operand)),
        ExpressionNode.Arithmetic arithmetic => Compute(arithmetic),
        ExpressionNode.Negation negation => Negate(Number(negation.Operand)),
        ExpressionNode.Call call => Call(call),
        _ => throw new InvalidOperationException($"{node.GetType().Name} has no meaning: add it to {nameof(ExpressionBinder)}"),
    };

    private BoundNode Column(int column)
    {
        _used.Add(column);
        return new(columns.All[column].Type, cell => cell(column), columns.All[column].IsList);
    }

    private BoundNode Truth(ExpressionNode node) => Typed(node, Bind(node), ExpressionType.Truth);

    private BoundNode Number(ExpressionNode node) => Typed(node, Bind(node), ExpressionType.Number);

    private BoundNode Typed(ExpressionNode node, BoundNode bound, ExpressionType wanted) => bound.Type == wanted || bound.Type == ExpressionType.Unknown
        ? bound
        : throw Wrong(node, Words(wanted), Found(node, bound.Type));

    private static BoundNode Not(BoundNode operand) => BoundNode.Truth(cell => !BoundNode.TruthOf(operand.Evaluate(cell)));

    /// <summary>As in SQL: one that is false decides, else one that is null.</summary>
    private static BoundNode All(ImmutableArray<BoundNode> terms) => BoundNode.Truth(cell => Join(terms, cell, decides: false));

    private static BoundNode Any(ImmutableArray<BoundNode> terms) => BoundNode.Truth(cell => Join(terms, cell, decides: true));

    private static bool? Join(ImmutableArray<BoundNode> terms, Func<int, ExpressionValue> cell, bool decides)
    {
        bool? joined = !decides;
        foreach (var term in terms)
        {
            var truth = BoundNode.TruthOf(term.Evaluate(cell));
            if (truth == decides)
            {
                return decides;
            }

            joined = truth is null ? null : joined;
        }

        return joined;
    }

    private static BoundNode IsNull(BoundNode operand) => BoundNode.Truth(cell => BoundNode.Items(operand.Evaluate(cell)).IsEmpty);

    private BoundNode Compute(ExpressionNode.Arithmetic node)
    {
        var (left, right) = (Bind(node.Left), Bind(node.Right));
        if (node.Operator != ArithmeticOperator.Subtract || left.Type != ExpressionType.Time || right.Type != ExpressionType.Time)
        {
            left = Typed(node.Left, left, ExpressionType.Number);
            right = Typed(node.Right, right, ExpressionType.Number);
        }

        return BoundNode.Number(left, right, node.Operator switch
        {
            ArithmeticOperator.Add => (a, b) => a + b,
            ArithmeticOperator.Subtract => (a, b) => a - b,
            ArithmeticOperator.Multiply => (a, b) => a * b,
            _ => (a, b) => a / b,
        });
    }

    private static BoundNode Negate(BoundNode operand) => BoundNode.Number(operand, operand, (a, _) => -a);

    private BoundNode Call(ExpressionNode.Call node)
    {
        switch (node.Function)
        {
            case ExpressionFunction.Min:
                return Extreme([.. node.Arguments.Select(Number)], Math.Min);
            case ExpressionFunction.Max:
                return Extreme([.. node.Arguments.Select(Number)], Math.Max);
            case var function when node.Arguments.Count != 1:
                throw Wrong(node, $"one argument of {ExpressionWords.Of(function)}", $"{node.Arguments.Count}");
            case ExpressionFunction.Len:
                return Len(node.Arguments[0]);
            default:
                var operand = Number(node.Arguments[0]);
                return BoundNode.Number(operand, operand, (a, _) => Math.Abs(a));
        }
    }

    /// <summary>Of a list the number of its items, of a text that of its Unicode characters.</summary>
    private BoundNode Len(ExpressionNode node)
    {
        var operand = Bind(node);
        if (operand.IsList)
        {
            return new(ExpressionType.Number, cell => Count(operand.Evaluate(cell)));
        }

        var text = Typed(node, operand, ExpressionType.Text);
        return new(ExpressionType.Number, cell => Length(text.Evaluate(cell)));
    }

    private static ExpressionValue Count(ExpressionValue value) => value switch
    {
        ExpressionValue.Nothing => ExpressionValue.Null,
        ExpressionValue.Items list => ExpressionValue.Of((long)list.Values.Count),
        _ => ExpressionValue.Of(1L),
    };

    private static ExpressionValue Length(ExpressionValue value) => value is ExpressionValue.Text text ? ExpressionValue.Of((long)text.Value.EnumerateRunes().Count()) : ExpressionValue.Null;

    /// <summary>Over all items of all arguments; null where an argument has no value.</summary>
    private static BoundNode Extreme(ImmutableArray<BoundNode> arguments, Func<double, double, double> choose) => new(ExpressionType.Number, cell =>
    {
        double? extreme = null;
        foreach (var argument in arguments)
        {
            var items = BoundNode.Items(argument.Evaluate(cell));
            if (items.IsEmpty)
            {
                return ExpressionValue.Null;
            }

            foreach (var item in items.OfType<ExpressionValue.Number>())
            {
                extreme = extreme is { } before ? choose(before, item.Value) : item.Value;
            }
        }

        return extreme is { } found ? ExpressionValue.Of(found) : ExpressionValue.Null;
    });

    private static ExpressionValue Value(ExpressionNode.Number number) =>
        long.TryParse(number.Written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? ExpressionValue.Of(whole) : ExpressionValue.Of(number.Value);

    private string Found(ExpressionNode node, ExpressionType type) => node is ExpressionNode.Name name ? $"{columns.All[columns.Find(name.Value, source, 0)!.Value].Name}, which is {Words(type)}" : Words(type);

    private ExpressionException Wrong(ExpressionNode node, string expected, string found) => new(source, node.At.Index, expected, found);

    private static string Words(ExpressionType type) => type switch
    {
        ExpressionType.Number => "a number",
        ExpressionType.Text => "a text",
        ExpressionType.Truth => "true or false",
        ExpressionType.Time => "a time",
        _ => "of a type that can only be null or not",
    };
}

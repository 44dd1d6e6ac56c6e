using System.Collections.Immutable;

namespace Strata.Contracts;

/// <summary>A question about the values of one row, or a computation with them: read once, bound to columns, asked of any number of rows. Source: docs/expressions.md.</summary>
public sealed class Expression
{
    private Expression(string source, ExpressionNode tree)
    {
        Source = source;
        Tree = tree;
    }

    public string Source { get; }

    public ExpressionNode Tree { get; }

    /// <exception cref="ExpressionException">It is no expression: what was expected, what was found, and where.</exception>
    public static Expression Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(source, ExpressionParser.Parse(source));
    }

    /// <summary>The names of columns in it; without the words right of a comparison that need not be one.</summary>
    public IEnumerable<string> Names => NamesIn(Tree, isRight: false).Distinct(StringComparer.Ordinal);

    /// <exception cref="ExpressionException">A name that no column has, or a part of another type than its place needs.</exception>
    public BoundExpression Bind(ExpressionColumns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return ExpressionBinder.Bind(Tree, Source, columns);
    }

    /// <summary>Binds what must come to true, false or null.</summary>
    /// <inheritdoc cref="Bind"/>
    public BoundExpression BindCondition(ExpressionColumns columns) => Bind(columns) is { Type: ExpressionType.Truth or ExpressionType.Unknown } condition
        ? condition
        : throw new ExpressionException(Source, Tree.At.Index, "a condition, which is true or false", "a value; compare it with something");

    /// <summary>In one way of writing, with the parentheses that it needs.</summary>
    public override string ToString() => Print(Tree);

    /// <returns>What is read as an equal tree, as long as it is within the limits.</returns>
    public static string Print(ExpressionNode tree) => ExpressionPrinter.Print(tree);

    private static IEnumerable<string> NamesIn(ExpressionNode node, bool isRight) => node switch
    {
        ExpressionNode.Name name => isRight && !name.IsQuoted ? [] : [name.Value],
        ExpressionNode.Not not => NamesIn(not.Operand, false),
        ExpressionNode.All all => all.Terms.SelectMany(term => NamesIn(term, false)),
        ExpressionNode.Any any => any.Terms.SelectMany(term => NamesIn(term, false)),
        ExpressionNode.Comparison comparison => NamesIn(comparison.Left, false).Concat(NamesIn(comparison.Right, true)),
        ExpressionNode.Search search => NamesIn(search.Left, false).Concat(NamesIn(search.Right, true)),
        ExpressionNode.In isIn => NamesIn(isIn.Operand, false).Concat(NamesIn(isIn.List, false)),
        ExpressionNode.IsNull isNull => NamesIn(isNull.Operand, false),
        ExpressionNode.Arithmetic arithmetic => NamesIn(arithmetic.Left, false).Concat(NamesIn(arithmetic.Right, false)),
        ExpressionNode.Negation negation => NamesIn(negation.Operand, false),
        ExpressionNode.Call call => call.Arguments.SelectMany(argument => NamesIn(argument, false)),
        _ => [],
    };
}

/// <summary>An expression over known columns.</summary>
public sealed class BoundExpression
{
    private readonly BoundNode _root;

    internal BoundExpression(BoundNode root, ImmutableArray<int> columns)
    {
        _root = root;
        Columns = columns;
    }

    public ExpressionType Type => _root.Type;

    /// <summary>Numbers of the columns that it looks at.</summary>
    public ImmutableArray<int> Columns { get; }

    /// <summary>Fails in no row: what has no answer is null.</summary>
    /// <param name="cell">What a column, by its number, has in the row.</param>
    public ExpressionValue Evaluate(Func<int, ExpressionValue> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return _root.Evaluate(cell);
    }

    /// <returns>Null where it is not known.</returns>
    public bool? Holds(Func<int, ExpressionValue> cell) => BoundNode.TruthOf(Evaluate(cell));
}

namespace Strata.Contracts;

public enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

public enum ArithmeticOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// <summary>Searches of a text in a text.</summary>
public enum TextOperator
{
    Contains,
    StartsWith,
}

public enum ExpressionFunction
{
    Min,
    Max,
    Abs,
    Len,
}

/// <summary>Where a part stands in the text. All are equal: where something stands is no part of what it says.</summary>
public readonly record struct SourcePosition(int Index)
{
    public bool Equals(SourcePosition other) => true;

    public override int GetHashCode() => 0;
}

/// <summary>An expression as a tree. Equal trees say the same in the same words, wherever their parts stand. Source: docs/expressions.md.</summary>
/// <param name="Depth">Levels from here down.</param>
/// <param name="At">Where the part begins; of an operator between two parts, where the operator stands.</param>
public abstract record ExpressionNode(int Depth, SourcePosition At)
{
    private static int Over(EquatableArray<ExpressionNode> parts) => 1 + (parts.Count == 0 ? 0 : parts.Max(part => part.Depth));

    public sealed record Null(SourcePosition At) : ExpressionNode(1, At);

    public sealed record Truth(bool Value, SourcePosition At) : ExpressionNode(1, At);

    /// <param name="Written">As it stands in the expression: beside a text it is one.</param>
    public sealed record Number(double Value, string Written, SourcePosition At) : ExpressionNode(1, At);

    public sealed record Text(string Value, SourcePosition At) : ExpressionNode(1, At);

    /// <param name="IsQuoted">In back quotes: a column, whatever stands beside it.</param>
    public sealed record Name(string Value, bool IsQuoted, SourcePosition At) : ExpressionNode(1, At);

    /// <summary>Of numbers, texts, true and false.</summary>
    public sealed record ListOf(EquatableArray<ExpressionNode> Items, SourcePosition At) : ExpressionNode(Over(Items), At);

    public sealed record Not(ExpressionNode Operand, SourcePosition At) : ExpressionNode(1 + Operand.Depth, At);

    /// <summary>Two or more, joined by <c>and</c>.</summary>
    public sealed record All(EquatableArray<ExpressionNode> Terms, SourcePosition At) : ExpressionNode(Over(Terms), At);

    /// <summary>Two or more, joined by <c>or</c>.</summary>
    public sealed record Any(EquatableArray<ExpressionNode> Terms, SourcePosition At) : ExpressionNode(Over(Terms), At);

    public sealed record Comparison(ComparisonOperator Operator, ExpressionNode Left, ExpressionNode Right, SourcePosition At)
        : ExpressionNode(1 + Math.Max(Left.Depth, Right.Depth), At);

    public sealed record Search(TextOperator Operator, ExpressionNode Left, ExpressionNode Right, SourcePosition At)
        : ExpressionNode(1 + Math.Max(Left.Depth, Right.Depth), At);

    public sealed record In(ExpressionNode Operand, ExpressionNode List, SourcePosition At) : ExpressionNode(1 + Math.Max(Operand.Depth, List.Depth), At);

    public sealed record IsNull(ExpressionNode Operand, SourcePosition At) : ExpressionNode(1 + Operand.Depth, At);

    public sealed record Arithmetic(ArithmeticOperator Operator, ExpressionNode Left, ExpressionNode Right, SourcePosition At)
        : ExpressionNode(1 + Math.Max(Left.Depth, Right.Depth), At);

    public sealed record Negation(ExpressionNode Operand, SourcePosition At) : ExpressionNode(1 + Operand.Depth, At);

    public sealed record Call(ExpressionFunction Function, EquatableArray<ExpressionNode> Arguments, SourcePosition At) : ExpressionNode(Over(Arguments), At);
}

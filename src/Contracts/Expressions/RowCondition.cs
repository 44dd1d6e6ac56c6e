using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Strata.Contracts;

/// <summary>
/// A condition on rows, as <c>--where</c> takes it: an <see cref="Expression"/>, or else the form that was there before: <c>COLUMN =|!=|&lt;|&lt;=|&gt;|&gt;= VALUE</c>, joined by <c>and</c>, with
/// values that need no quotes (<c>robot = arm-3</c>).
/// </summary>
public sealed partial class RowCondition
{
    private static readonly SearchValues<char> SignStarts = SearchValues.Create("=!<>");

    /// <summary>What an expression means something by, but for the signs and dots that names and times have too.</summary>
    private static readonly SearchValues<char> Meaningful = SearchValues.Create("=!<>&|()[]'\"`");

    private readonly string _source;
    private readonly Expression? _expression;
    private readonly ExpressionNode? _comparisons;

    private RowCondition(string source, Expression? expression, ExpressionNode? comparisons)
    {
        _source = source;
        _expression = expression;
        _comparisons = comparisons;
    }

    /// <exception cref="ExpressionException">It is neither; the message is about the expression.</exception>
    public static RowCondition Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var comparisons = Comparisons(source);
        try
        {
            return new(source, Expression.Parse(source), comparisons);
        }
        catch (ExpressionException refused) when (comparisons is not null && !refused.IsBeyondLimit)
        {
            return new(source, null, comparisons);
        }
    }

    /// <inheritdoc cref="Expression.BindCondition"/>
    public BoundExpression Bind(ExpressionColumns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (_expression is null)
        {
            return ExpressionBinder.Bind(_comparisons!, _source, columns);
        }

        try
        {
            return _expression.BindCondition(columns);
        }
        catch (ExpressionException) when (_comparisons is not null && TryBind(columns) is not null)
        {
            // What reads as a computation (arm-3) and does not fit as one, is a text.
            return TryBind(columns)!;
        }
    }

    private BoundExpression? TryBind(ExpressionColumns columns)
    {
        try
        {
            return ExpressionBinder.Bind(_comparisons!, _source, columns);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    /// <returns>Null when it has another form, or more than is allowed.</returns>
    private static ExpressionNode? Comparisons(string source)
    {
        if (source.Length > ExpressionLimits.MaxBytes)
        {
            return null;
        }

        var (terms, start) = (new List<ExpressionNode>(), 0);
        foreach (var (end, next) in And().Matches(source).Select(m => (m.Index, m.Index + m.Length)).Append((source.Length, source.Length)))
        {
            if (Comparison(source[start..end], start) is not { } comparison)
            {
                return null;
            }

            terms.Add(comparison);
            start = next;
        }

        return terms.Count > ExpressionLimits.MaxListItems ? null : terms.Count == 1 ? terms[0] : new ExpressionNode.All(terms.ToEquatableArray(), new(0));
    }

    /// <param name="start">Where the part stands in the source.</param>
    private static ExpressionNode.Comparison? Comparison(string part, int start)
    {
        var at = part.AsSpan().IndexOfAny(SignStarts);
        if (at < 0)
        {
            return null;
        }

        var length = at + 1 < part.Length && part[at + 1] == '=' ? 2 : 1;
        var (column, value) = (part[..at].Trim(), part[(at + length)..].Trim());
        return Sign(part.Substring(at, length)) is { } sign && IsPlain(column) && IsPlain(value)
            ? new(
                sign,
                new ExpressionNode.Name(column, IsQuoted: true, new(start + part.IndexOf(column, StringComparison.Ordinal))),
                Value(value, new(start + part.IndexOf(value, at + length, StringComparison.Ordinal))),
                new(start + at))
            : null;
    }

    private static ComparisonOperator? Sign(string sign) => sign switch
    {
        "=" => ComparisonOperator.Equal,
        "!=" => ComparisonOperator.NotEqual,
        "<" => ComparisonOperator.Less,
        "<=" => ComparisonOperator.LessOrEqual,
        ">" => ComparisonOperator.Greater,
        ">=" => ComparisonOperator.GreaterOrEqual,
        _ => null,
    };

    private static ExpressionNode Value(string text, SourcePosition at) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? new ExpressionNode.Number(number, text, at)
        : text is "true" or "false" ? new ExpressionNode.Truth(text == "true", at)
        : new ExpressionNode.Text(text, at);

    private static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAny(Meaningful);

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex And();
}

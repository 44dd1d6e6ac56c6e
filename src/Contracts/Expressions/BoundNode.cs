using System.Collections.Immutable;

namespace Strata.Contracts;

/// <summary>A part of an expression whose names are columns and whose types fit: it has a value in every row, and fails in none.</summary>
/// <param name="Evaluate">In a row, of which it asks what a column, by its number, has there.</param>
/// <param name="IsList">Its value may be a list.</param>
internal sealed record BoundNode(ExpressionType Type, Func<Func<int, ExpressionValue>, ExpressionValue> Evaluate, bool IsList = false)
{
    public static BoundNode Constant(ExpressionType type, ExpressionValue value) => new(type, _ => value);

    public static BoundNode Truth(Func<Func<int, ExpressionValue>, bool?> ask) => new(ExpressionType.Truth, cell => ExpressionValue.Of(ask(cell)));

    /// <summary>One number of each operand; what has none, or several, or no finite answer, is null.</summary>
    public static BoundNode Number(BoundNode left, BoundNode right, Func<double, double, double> compute) => new(
        ExpressionType.Number,
        cell => Single(left.Evaluate(cell)) is ExpressionValue.Number a && Single(right.Evaluate(cell)) is ExpressionValue.Number b
            ? ExpressionValue.Of(compute(a.Value, b.Value))
            : ExpressionValue.Null);

    /// <summary>A list of one value is that value; of several it is not said which.</summary>
    public static ExpressionValue Single(ExpressionValue value) => value is not ExpressionValue.Items list ? value
        : list.Values.Count == 1 ? list.Values[0]
        : ExpressionValue.Null;

    public static bool? TruthOf(ExpressionValue value) => Single(value) is ExpressionValue.Truth truth ? truth.Value : null;

    /// <summary>Without nulls.</summary>
    public static ImmutableArray<ExpressionValue> Items(ExpressionValue value) => value switch
    {
        ExpressionValue.Nothing => [],
        ExpressionValue.Items list => list.Values.Any(item => item is ExpressionValue.Nothing) ? [.. list.Values.Where(item => item is not ExpressionValue.Nothing)] : list.Values.Items,
        _ => [value],
    };

    /// <summary>
    /// Asks of a list item by item, and one is enough. Null where a side has no value, and where both have several: which belongs to which is not said, and asking all
    /// of all would cost more than one look at each.
    /// </summary>
    public static bool? AnyPair(ExpressionValue left, ExpressionValue right, Func<ExpressionValue, ExpressionValue, bool?> ask)
    {
        var (lefts, rights) = (Items(left), Items(right));
        if (lefts.IsEmpty || rights.IsEmpty || (lefts.Length > 1 && rights.Length > 1))
        {
            return null;
        }

        bool? found = false;
        foreach (var one in lefts)
        {
            foreach (var other in rights)
            {
                switch (ask(one, other))
                {
                    case true:
                        return true;
                    case null:
                        found = null;
                        break;
                }
            }
        }

        return found;
    }
}

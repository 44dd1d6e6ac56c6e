namespace Strata.Contracts;

/// <summary>What a column has in a row, and what an expression comes to.</summary>
public abstract record ExpressionValue
{
    private ExpressionValue()
    {
    }

    /// <summary>No value: it is not known.</summary>
    public static ExpressionValue Null { get; } = new Nothing();

    public static ExpressionValue True { get; } = new Truth(true);

    public static ExpressionValue False { get; } = new Truth(false);

    /// <returns>Null for a number that is not finite: it answers no question.</returns>
    public static ExpressionValue Of(double number) => double.IsFinite(number) ? new Number(number) : Null;

    /// <summary>Also a time, in nanoseconds.</summary>
    public static ExpressionValue Of(long number) => new Number(number, number);

    public static ExpressionValue Of(string? text) => text is null ? Null : new Text(text);

    public static ExpressionValue Of(bool? truth) => truth switch
    {
        true => True,
        false => False,
        null => Null,
    };

    /// <returns>As <see cref="IComparable.CompareTo"/>; null for values of two types.</returns>
    public static int? Order(ExpressionValue left, ExpressionValue right) => (left, right) switch
    {
        (Number { Whole: { } a }, Number { Whole: { } b }) => a.CompareTo(b),
        (Number a, Number b) => a.Value.CompareTo(b.Value),
        (Text a, Text b) => string.CompareOrdinal(a.Value, b.Value),
        (Truth a, Truth b) => a.Value.CompareTo(b.Value),
        _ => null,
    };

    public sealed record Nothing : ExpressionValue;

    public sealed record Truth(bool Value) : ExpressionValue;

    /// <param name="Whole">The same, where it is a whole number that a <c>double</c> may not hold to the last digit.</param>
    public sealed record Number(double Value, long? Whole = null) : ExpressionValue;

    public sealed record Text(string Value) : ExpressionValue;

    public sealed record Items(EquatableArray<ExpressionValue> Values) : ExpressionValue;
}

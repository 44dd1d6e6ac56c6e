using System.Globalization;

namespace Strata.Contracts;

/// <summary>A moment of the catalog: a position of the log, or a time, which means the longest prefix of the log with all times at or before it. Source: DESIGN §5.</summary>
public abstract record Moment
{
    /// <summary>What is expected of a text, for messages.</summary>
    public const string Expected = "a log position, a date or a time such as 2026-11-22T10:00:00Z";

    private Moment()
    {
    }

    public sealed record Position(long Value) : Moment
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <param name="AtNs">UTC nanoseconds.</param>
    public sealed record Time(long AtNs) : Moment
    {
        public override string ToString() => InstantText.Of(AtNs);
    }

    /// <summary>
    /// <c>1234</c>; <c>2026-11-22</c>, which is its start in UTC; <c>2026-11-22T10:00</c> with seconds and up to nine digits of a fraction where wanted, and <c>Z</c> or an
    /// offset, UTC where there is none.
    /// </summary>
    /// <returns>Null when it is neither.</returns>
    public static Moment? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? new Position(position)
            : InstantText.TryParse(text) is { } atNs ? new Time(atNs)
            : null;
    }
}

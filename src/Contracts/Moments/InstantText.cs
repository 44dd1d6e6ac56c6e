using System.Globalization;

namespace Strata.Contracts;

/// <summary>Times of ISO 8601, to the nanosecond; the system's own reader ends at 100 of them.</summary>
internal static class InstantText
{
    private const int FractionDigits = 9;
    private const long NanosecondsPerTick = 100;

    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd' 'HH:mm", "yyyy-MM-dd' 'HH:mm:ss"];

    private static readonly string[] Offsets = ["hh\\:mm", "hhmm", "hh"];

    /// <summary>The first and the last second that a <c>long</c> of nanoseconds can say, with a day to spare for offsets.</summary>
    private static readonly DateTime Earliest = new(1678, 1, 1), Latest = new(2262, 1, 1);

    /// <returns>UTC nanoseconds; null when it is no such time.</returns>
    public static long? TryParse(string text)
    {
        var (local, offset) = CutOffset(text);
        if (offset is not { } ahead)
        {
            return null;
        }

        var (whole, fraction) = CutFraction(local);
        return fraction is { } ns
            && DateTime.TryParseExact(whole, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && time >= Earliest && time < Latest
            ? ((time - ahead - DateTime.UnixEpoch).Ticks * NanosecondsPerTick) + ns
            : null;
    }

    /// <summary>A date has no offset: what looks like one is its day.</summary>
    private static (string Local, TimeSpan? Offset) CutOffset(string text)
    {
        var clock = text.IndexOf(':', StringComparison.Ordinal);
        if (clock < 0)
        {
            return (text, TimeSpan.Zero);
        }

        if (text[^1] is 'Z' or 'z')
        {
            return (text[..^1], TimeSpan.Zero);
        }

        var sign = text.AsSpan(clock).IndexOfAny('+', '-');
        if (sign < 0)
        {
            return (text, TimeSpan.Zero);
        }

        var at = clock + sign;
        return TimeSpan.TryParseExact(text[(at + 1)..], Offsets, CultureInfo.InvariantCulture, out var offset)
            ? (text[..at], text[at] == '-' ? -offset : offset)
            : (text, null);
    }

    /// <summary>A fraction is one of seconds.</summary>
    private static (string Whole, long? FractionNs) CutFraction(string local)
    {
        var dot = local.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return (local, 0);
        }

        var digits = local.AsSpan(dot + 1);
        var hasSeconds = local.AsSpan(0, dot).Count(':') == 2;
        return hasSeconds && digits.Length is > 0 and <= FractionDigits && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var fraction)
            ? (local[..dot], fraction * Scale(FractionDigits - digits.Length))
            : (local, null);
    }

    private static long Scale(int digits)
    {
        var scale = 1L;
        for (; digits > 0; digits--)
        {
            scale *= 10;
        }

        return scale;
    }

    /// <summary>To the second: <c>2026-11-22T10:00:00Z</c>.</summary>
    public static string Of(long ns) => DateTime.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Strata.Web;

/// <summary>Times for which bytes are kept, as a person writes and reads them.</summary>
public static class RetentionText
{
    public const string ForEver = "forever";
    public const string Expected = "'forever', 0, or a number with s, m, h or d (30d)";

    // From small to large.
    private static readonly (char Unit, long Ns)[] Units =
    [
        ('s', TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerSecond),
        ('m', TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerMinute),
        ('h', TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerHour),
        ('d', TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerDay),
    ];

    /// <param name="ns">Null: for ever.</param>
    public static bool TryParse(string text, out long? ns)
    {
        ArgumentNullException.ThrowIfNull(text);
        ns = null;
        if (text == ForEver)
        {
            return true;
        }

        if (text == "0")
        {
            ns = 0;
            return true;
        }

        var unit = text.Length > 1 ? Units.FirstOrDefault(u => u.Unit == text[^1]).Ns : 0;
        if (unit == 0 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue / unit)
        {
            return false;
        }

        ns = number * unit;
        return true;
    }

    public static string Of(long? ns)
    {
        if (ns is not { } some)
        {
            return ForEver;
        }

        var (unit, size) = Units.LastOrDefault(u => some > 0 && some % u.Ns == 0);
        return size > 0 ? $"{(some / size).ToString(CultureInfo.InvariantCulture)}{unit}" : some == 0 ? "0" : $"{some.ToString(CultureInfo.InvariantCulture)} ns";
    }
}

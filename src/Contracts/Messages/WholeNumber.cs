using System.Globalization;
using System.Text.Json;

namespace Strata.Contracts;

/// <summary>
/// A whole number as JSON may write it: <c>1000</c>, <c>1000.0</c>, <c>1e3</c>. To JSON Schema they are the same, and programs with one kind of number write either. Exact: no
/// floating point comes in between.
/// </summary>
internal static class WholeNumber
{
    /// <summary>Of the largest number of 64 bits.</summary>
    private const int MostDigits = 19;

    /// <returns>False: it is none, or one of more than 64 bits.</returns>
    public static bool TryRead(JsonElement number, out long value) => number.TryGetInt64(out value) || TryRead(number.GetRawText(), out value);

    private static bool TryRead(string written, out long value)
    {
        var (mantissa, exponent) = Split(written, 'e', 'E');
        var (whole, fraction) = Split(mantissa.TrimStart('-'), '.', '.');
        var digits = (whole + fraction).TrimEnd('0');
        var dropped = whole.Length + fraction.Length - digits.Length;
        digits = digits.TrimStart('0');
        if (digits.Length == 0)
        {
            value = 0;
            return true;
        }

        value = 0;
        return long.TryParse(exponent.Length == 0 ? "0" : exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            && ZerosOf(power, dropped - fraction.Length) is >= 0 and <= MostDigits and var zeros
            && long.TryParse($"{(mantissa.StartsWith('-') ? "-" : "")}{digits}{new string('0', (int)zeros)}", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>An exponent may be any number of 64 bits; beyond <see cref="MostDigits"/> it does not matter how far.</summary>
    private static long ZerosOf(long power, int shift) => Math.Clamp(power, int.MinValue, int.MaxValue) + shift;

    private static (string Before, string After) Split(string text, char one, char other) =>
        text.AsSpan().IndexOfAny(one, other) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");
}

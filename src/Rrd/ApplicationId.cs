using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Strata.Rrd;

/// <summary>The rule by which Rerun 0.36 and later rewrite application ids while decoding. Source: rrd-format §2.2.</summary>
public static class ApplicationId
{
    /// <summary>Longest id in UTF-8 bytes that stays as it is.</summary>
    public const int MaxBytes = 180;

    private const int KeptCharacters = 176;

    /// <summary>Returns <paramref name="id"/> itself when it is allowed; otherwise its cleaned form with four digits of its XXH64.</summary>
    public static string Normalise(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var isClean = true;
        var cleaned = new StringBuilder(id.Length);
        foreach (var rune in id.EnumerateRunes())
        {
            var allowed = rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || "_- []:".Contains((char)rune.Value, StringComparison.Ordinal));
            isClean &= allowed;
            cleaned.Append(allowed ? (char)rune.Value : '-');
        }
        var utf8 = Encoding.UTF8.GetBytes(id);
        if (isClean && utf8.Length <= MaxBytes)
        {
            return id;
        }
        cleaned.Length = Math.Min(cleaned.Length, KeptCharacters);
        return cleaned.Append((XxHash64.HashToUInt64(utf8) & 0xFFFF).ToString("x4", CultureInfo.InvariantCulture)).ToString();
    }
}

using System.Globalization;
using System.Text;

namespace Strata.Rrd;

/// <summary>How paths are written: parts behind slashes, with backslashes before what is neither letter nor digit. Source: rrd-format §7.1.</summary>
internal static class EntityPathText
{
    /// <summary>The unescaped parts.</summary>
    public static string[] Parse(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '/')
            {
                Flush(parts, part);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                i = Unescape(text, i + 1, part);
            }
            else
            {
                part.Append(c);
            }
        }
        Flush(parts, part);
        return [.. parts];
    }

    /// <summary>The escaped text of parts, with its leading slash.</summary>
    public static string Join(string[] parts, bool escapeBeyondBmp)
    {
        if (parts.Length == 0)
        {
            return "/";
        }
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append('/');
            foreach (var rune in part.EnumerateRunes())
            {
                AppendEscaped(text, rune, escapeBeyondBmp);
            }
        }
        return text.ToString();
    }

    /// <summary>Whether it is what <see cref="Join"/> writes, of one way or the other to write what is beyond the basic plane.</summary>
    public static bool IsWellFormed(string text) => Parse(text) is var parts && (text == Join(parts, escapeBeyondBmp: false) || text == Join(parts, escapeBeyondBmp: true));

    private static void Flush(List<string> parts, StringBuilder part)
    {
        if (part.Length > 0)
        {
            parts.Add(part.ToString());
            part.Clear();
        }
    }

    private static int Unescape(string text, int i, StringBuilder part)
    {
        switch (text[i])
        {
            case 'n':
                part.Append('\n');
                return i;
            case 'r':
                part.Append('\r');
                return i;
            case 't':
                part.Append('\t');
                return i;
            case 'u' when TryUnescapeUnicode(text, i, part, out var end):
                return end;
            default:
                part.Append(text[i]);
                return i;
        }
    }

    private static bool TryUnescapeUnicode(string text, int i, StringBuilder part, out int end)
    {
        const int maxDigits = 6;
        end = i;
        if (i + 1 >= text.Length || text[i + 1] != '{')
        {
            return false;
        }
        var close = text.IndexOf('}', i + 2, Math.Min(maxDigits + 1, text.Length - i - 2));
        if (close < 0
            || !int.TryParse(text.AsSpan(i + 2, close - i - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code))
        {
            return false;
        }
        part.Append(new Rune(code).ToString());
        end = close;
        return true;
    }

    private static void AppendEscaped(StringBuilder text, Rune rune, bool escapeBeyondBmp)
    {
        switch (rune.Value)
        {
            case '_' or '-' or '.':
                text.Append((char)rune.Value);
                break;
            case '\n':
                text.Append("\\n");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case '\t':
                text.Append("\\t");
                break;
            default:
                if (IsAlphanumeric(rune) || (!rune.IsBmp && !escapeBeyondBmp))
                {
                    text.Append(rune.ToString());
                }
                else if (rune.Value is >= ' ' and <= '~')
                {
                    text.Append('\\').Append((char)rune.Value);
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
                }
                break;
        }
    }

    // Unicode's Alphabetic or Numeric, as near as the categories of .NET come: spacing marks are alphabetic, other marks mostly not.
    private static bool IsAlphanumeric(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.SpacingCombiningMark => true,
        _ => false,
    };
}

using System.Globalization;
using System.Text;

namespace Strata.Projections.DatasetSchema;

/// <summary>
/// Entity paths part by part, a parent before its children. The parts are found here, since this room does not see the codec, which has the path as a type.
/// Source: rrd-format §7.1 for the escapes.
/// </summary>
internal static class EntityPathOrder
{
    public static int Compare(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            if (NaturalOrder.Compare(left[i], right[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return left.Count - right.Count;
    }

    /// <summary>The parts of a path as schemas carry it, without their escapes.</summary>
    public static IReadOnlyList<string> PartsOf(string escaped)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var at = 0; at < escaped.Length; at++)
        {
            switch (escaped[at])
            {
                case '/':
                    End();
                    break;
                case '\\' when at + 1 < escaped.Length:
                    at = Unescape(escaped, at + 1, part);
                    break;
                default:
                    part.Append(escaped[at]);
                    break;
            }
        }

        End();
        return parts;

        void End()
        {
            if (part.Length > 0)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
        }
    }

    private static int Unescape(string text, int at, StringBuilder part)
    {
        if (text[at] == 'u' && text.AsSpan(at + 1) is ['{', .. var rest] && rest.IndexOf('}') is >= 0 and var digits
            && int.TryParse(rest[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
        {
            part.Append(new Rune(code).ToString());
            return at + 2 + digits;
        }

        part.Append(text[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var same => same });
        return at;
    }
}

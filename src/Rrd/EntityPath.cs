using System.Globalization;
using System.Text;

namespace Strata.Rrd;

/// <summary>
/// A path of non-empty parts. Two paths are equal when their unescaped parts are.
/// Source: rrd-format §7.1.
/// </summary>
public sealed class EntityPath : IEquatable<EntityPath>, IComparable<EntityPath>
{
    /// <summary>First part of the entities that hold a recording's properties.</summary>
    public const string PropertiesPart = "__properties";

    private readonly string[] _parts;
    private readonly string _text;

    private EntityPath(string[] parts)
    {
        _parts = parts;
        _text = Join(parts, escapeBeyondBmp: true);
    }

    /// <summary>The path without parts, <c>/</c>.</summary>
    public static EntityPath Root { get; } = new([]);

    /// <summary>The entity under which properties lie, <c>/__properties</c>.</summary>
    public static EntityPath Properties { get; } = new([PropertiesPart]);

    /// <summary>The unescaped parts.</summary>
    public IReadOnlyList<string> Parts => _parts;

    /// <summary>Whether it has no parts.</summary>
    public bool IsRoot => _parts.Length == 0;

    /// <summary>True for <c>/__properties</c> and everything below it.</summary>
    public bool IsProperty => _parts.Length > 0 && _parts[0] == PropertiesPart;

    /// <summary>
    /// Reads the escaped text form. Forgiving as Rerun is: a missing leading slash, doubled slashes, unescaped characters and
    /// unknown escapes are accepted, and so are one to six digits in <c>\u{…}</c>.
    /// </summary>
    public static EntityPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
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
        return parts.Count == 0 ? Root : new EntityPath([.. parts]);
    }

    /// <summary>A path of parts that are taken as they are, unescaped. No part may be empty.</summary>
    public static EntityPath FromParts(params IReadOnlyList<string> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach (var part in parts)
        {
            ArgumentException.ThrowIfNullOrEmpty(part, nameof(parts));
        }
        return new EntityPath([.. parts]);
    }

    /// <summary>The path with one part more, taken as it is, unescaped.</summary>
    /// <exception cref="ArgumentException">The part is empty.</exception>
    public EntityPath Append(string part) => FromParts([.. _parts, part]);

    /// <summary>Whether it is <paramref name="prefix"/> or lies below it.</summary>
    public bool StartsWith(EntityPath prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return _parts.AsSpan().StartsWith(prefix._parts);
    }

    /// <summary>
    /// The text to write into files: as <see cref="ToString"/>, but symbols beyond the basic plane stay raw,
    /// because 0.36 garbles the five-digit escapes that it prints itself.
    /// </summary>
    public string ToWireText() => Join(_parts, escapeBeyondBmp: false);

    /// <inheritdoc/>
    public bool Equals(EntityPath? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EntityPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Ordinal on the escaped text.</summary>
    public int CompareTo(EntityPath? other) => string.CompareOrdinal(_text, other?._text);

    /// <summary>Whether their unescaped parts are equal.</summary>
    public static bool operator ==(EntityPath? left, EntityPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether their unescaped parts differ.</summary>
    public static bool operator !=(EntityPath? left, EntityPath? right) => !(left == right);

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <(EntityPath left, EntityPath right) => Compare(left, right) < 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <=(EntityPath left, EntityPath right) => Compare(left, right) <= 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >(EntityPath left, EntityPath right) => Compare(left, right) > 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >=(EntityPath left, EntityPath right) => Compare(left, right) >= 0;

    /// <summary>Escaped, with leading slash.</summary>
    public override string ToString() => _text;

    private static int Compare(EntityPath? left, EntityPath? right) => string.CompareOrdinal(left?._text, right?._text);

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

    private static string Join(string[] parts, bool escapeBeyondBmp)
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

using System.Buffers;
using System.Text;

namespace Strata.Contracts;

/// <summary>What may be the name of a dataset, a segment or a layer. Source: catalog-protocol §5.2, DESIGN §5.</summary>
public static class Names
{
    /// <summary>Rerun's own limit for entry names, in bytes.</summary>
    public const int MaxEntryNameBytes = 180;

    /// <summary>Segment and layer ids end up in stream ids and index keys; a kilobyte is more than any robot writes.</summary>
    public const int MaxIdBytes = 1024;

    /// <returns>What is wrong with the name in Rerun's words, or null when it is allowed.</returns>
    public static string? RefuseEntryName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            return "name '' must not be empty";
        }

        if (Encoding.UTF8.GetByteCount(name) is var bytes and > MaxEntryNameBytes)
        {
            return $"name '{Shortened(name)}' exceeds maximum length of {MaxEntryNameBytes} characters (got {bytes})";
        }

        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsEntryNameCharacter(rune))
            {
                return $"name '{name}' contains invalid character '{rune}'; allowed are letters, digits, space and _ - . : [ ]";
            }
        }

        return null;
    }

    /// <summary>For an entry that is made or renamed: names that mean a moment of another one are nobody's any more.</summary>
    /// <inheritdoc cref="RefuseEntryName"/>
    public static string? RefuseNewEntryName(string name) => RefuseEntryName(name)
        ?? (MomentName.TryParse(name) is { } moment
            ? $"name '{name}' means dataset '{moment.Dataset}' as of '{moment.MomentText}', so no entry can be called so; leave the brackets out, or begin with a letter in them"
            : null);

    /// <param name="kind">What the id names, for the message: <c>segment</c>, <c>layer</c>.</param>
    /// <returns>What is wrong with the id, or null when it is allowed.</returns>
    public static string? RefuseId(string kind, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == 0)
        {
            return $"{kind} id must not be empty";
        }

        if (Encoding.UTF8.GetByteCount(id) is var bytes and > MaxIdBytes)
        {
            return $"{kind} id '{Shortened(id)}' has {bytes} bytes of UTF-8; at most {MaxIdBytes} are allowed";
        }

        if (id.Contains('\0', StringComparison.Ordinal))
        {
            return $"{kind} id '{Shortened(id)}' contains a NUL character";
        }

        return IsUnicode(id) ? null : $"{kind} id '{Shortened(id)}' is no Unicode text: half of a surrogate pair stands alone";
    }

    private static bool IsEntryNameCharacter(Rune rune) =>
        rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || " _-.:[]".Contains((char)rune.Value, StringComparison.Ordinal));

    /// <summary>UTF-8 has no place for half of a pair: two such ids would become one by its replacement character.</summary>
    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
}

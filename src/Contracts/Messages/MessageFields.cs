using System.Text;
using System.Text.Json;

namespace Strata.Contracts;

/// <summary>The fields of a JSON object that another program wrote: each is what it must be, or is named with what was expected and found.</summary>
internal readonly struct MessageFields(JsonElement message)
{
    /// <summary>Enough of a wrong value to find it in the program that wrote it.</summary>
    private const int ShownCharacters = 60;

    /// <param name="refuse">What is wrong with a text, or null.</param>
    /// <exception cref="MessageFieldException">It is not there, or not so.</exception>
    public string Text(string name, Func<string, string?> refuse) =>
        OptionalText(name, refuse) ?? throw Refuse(name, "text", message.TryGetProperty(name, out var found) ? Shown(found) : "nothing");

    public string? OptionalText(string name, Func<string, string?> refuse)
    {
        if (Find(name) is not { } found)
        {
            return null;
        }

        var text = TextOf(found) ?? throw Refuse(name, "text", Shown(found));
        return refuse(text) is { } refusal ? throw Refuse(name, $"an allowed one ({Printable(refusal)})", Shown(found)) : text;
    }

    public Sha256Digest? OptionalDigest(string name)
    {
        const string Expected = "SHA-256 as 64 lower-case hexadecimal digits";
        if (Find(name) is not { } found)
        {
            return null;
        }

        return TextOf(found) is { Length: Sha256Digest.HexDigits } text && text.All(char.IsAsciiHexDigitLower) ? Sha256Digest.Parse(text) : throw Refuse(name, Expected, Shown(found));
    }

    public long? OptionalCount(string name) => OptionalInt64(name) is not { } value ? null
        : value >= 0 ? value : throw Refuse(name, "0 or more", Shown(Find(name)!.Value));

    public long Int64(string name) => OptionalInt64(name) ?? throw Refuse(name, "a whole number", "nothing");

    public long Count(string name) => OptionalCount(name) ?? throw Refuse(name, "a whole number", "nothing");

    public long? OptionalInt64(string name) => Find(name) is not { } found ? null
        : found.ValueKind == JsonValueKind.Number && WholeNumber.TryRead(found, out var value) ? value
        : throw Refuse(name, "a whole number of 64 bits", Shown(found));

    public bool Flag(string name) => Find(name) is { } found && (found.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? found.GetBoolean()
        : throw Refuse(name, "true or false", Shown(found)));

    /// <returns>Null where it is no text, or none that is allowed.</returns>
    public string? Readable(string name, Func<string, string?> refuse) => Find(name) is { } found && TextOf(found) is { } text && refuse(text) is null ? text : null;

    public static MessageFieldException Refuse(string name, string expected, string found) => new(new MessageRefusal(name, expected, found));

    /// <summary>Control characters and halves of pairs have no place in logs and databases.</summary>
    public static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(r => Rune.IsControl(r) ? "\uFFFD" : r.ToString()));

    /// <summary>Null counts as not there: programs write it for what they have not got.</summary>
    private JsonElement? Find(string name) => message.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    private static string? TextOf(JsonElement found)
    {
        try
        {
            return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no UTF-8, or half of a surrogate pair: no text.
            return null;
        }
    }

    private static string Shown(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.String => TextOf(found) is { } text ? $"'{Shortened(text)}'" : "bytes that are no Unicode text",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => Shortened(found.GetRawText()),
    };

    private static string Shortened(string text) => Printable(text.Length <= ShownCharacters ? text : string.Concat(text.AsSpan(0, ShownCharacters), "…"));
}

internal sealed class MessageFieldException(MessageRefusal refusal) : Exception(refusal.Text)
{
    public MessageRefusal Refusal { get; } = refusal;
}

using System.Text.Json;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Reads the members of a rule's parameters strictly: a wrong type or a member that nobody asks for is refused by its name.</summary>
internal sealed class ParameterReader
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<string> _known = [];

    private ParameterReader(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ParameterException($"{(path.Length == 0 ? "parameters" : path)}: expected an object, found {Describe(element)}");
        }

        _object = element;
        _path = path;
    }

    public static ParameterReader Of(CanonicalJson parameters)
    {
        using var document = JsonDocument.Parse(parameters.Text);
        return new(document.RootElement.Clone(), "");
    }

    public static ParameterReader Of(JsonElement element, string path) => new(element, path);

    /// <summary>The member, or null when it is absent or null.</summary>
    public JsonElement? Member(string name)
    {
        _known.Add(name);
        return _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <param name="expected">What the text is, in words.</param>
    public string? Text(string name, string expected = "a text") => Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? throw new ParameterException(
            $"{PathOf(name)}: expected {expected}, found {Describe(value)}; as a text it stands in double quotes: \"{value.GetRawText()}\" (on the command line: --set '{PathOf(name)}=\"{value.GetRawText()}\"')")
        : throw Wrong(name, expected, value);

    public string OneOf(string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var text = Text(name);
        return text is null ? otherwise
            : allowed.Contains(text) ? text
            : throw new ParameterException($"{PathOf(name)}: expected one of {string.Join(", ", allowed)}, found '{text}'");
    }

    public bool Flag(string name) => Member(name) is { } value
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false", value));

    /// <summary>A whole number that is not negative.</summary>
    public long? Nanoseconds(string name) => Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number
        : throw Wrong(name, "a whole number of nanoseconds, 0 or more", value);

    public double? Number(string name) => Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong(name, "a finite number", value);

    public IReadOnlyList<JsonElement>? List(string name) => Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : throw Wrong(name, "a list", value);

    public IReadOnlyList<string>? Texts(string name) => List(name)?.Select(item =>
        item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(name, "a list of texts", item)).ToArray();

    /// <summary>To be called last: whatever was not asked for is a mistake of the writer, and silence would hide it.</summary>
    public void RefuseUnknown()
    {
        foreach (var member in _object.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
            {
                throw new ParameterException($"{PathOf(member.Name)}: unknown; expected {string.Join(", ", _known.Distinct().Order(StringComparer.Ordinal))}");
            }
        }
    }

    public ParameterException Wrong(string name, string expected, JsonElement found) => new($"{PathOf(name)}: expected {expected}, found {Describe(found)}");

    public static string Describe(JsonElement element)
    {
        const int shown = 60;
        var text = element.GetRawText();
        return text.Length <= shown ? text : string.Concat(text.AsSpan(0, shown), "…");
    }
}

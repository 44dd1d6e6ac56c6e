using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Strata.Cli;

/// <summary>A rule's parameters as JSON. Plain words are null, booleans and numbers where JSON has them so, else texts; what is quoted is a text.</summary>
internal static class YamlJson
{
    /// <summary>An alias repeats what it stands for: a few lines could stand for more than there is memory.</summary>
    private const int MaxValues = 100_000;

    public static JsonElement Empty { get; } = JsonElement.Parse("{}");

    public static JsonElement Of(RulesFile file, YamlNode node)
    {
        var left = MaxValues;
        return node is YamlScalarNode { Value: null or "" } ? Empty : JsonElement.Parse(Value(node)!.ToJsonString());

        JsonNode? Value(YamlNode value)
        {
            if (left-- == 0)
            {
                throw file.Wrong(value.Start, $"parameters: expected at most {MaxValues} values, found more; do not repeat large parts by aliases");
            }

            return value switch
            {
                YamlMappingNode => new JsonObject(YamlMembers.Of(file, value, "parameters by name").Select(m => KeyValuePair.Create(m.Key.Text, Value(m.Value)))),
                YamlSequenceNode list => new JsonArray([.. list.Children.Select(Value)]),
                _ => Scalar((YamlScalarNode)value),
            };
        }
    }

    private static JsonNode? Scalar(YamlScalarNode scalar) => scalar is not { Style: ScalarStyle.Plain, Value: { } word } ? scalar.Value
        : word switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            _ when IsNumber(word) => JsonNode.Parse(word),
            _ => word,
        };

    /// <summary>As JSON writes it; anything else that YAML takes for a number (octal, infinite) would be read as another value than was meant.</summary>
    private static bool IsNumber(string word)
    {
        if (!double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        try
        {
            return JsonElement.Parse(word).ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

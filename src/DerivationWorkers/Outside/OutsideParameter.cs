using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>A parameter as an author declares it, so that a wrong one is refused when the rule is declared and not in the night.</summary>
/// <param name="Type"><c>number</c>, <c>integer</c>, <c>text</c>, <c>flag</c>, <c>list</c> or <c>object</c>.</param>
/// <param name="Default">Passed on where the rule says nothing; null: then it is left out.</param>
/// <param name="Help">With its unit.</param>
public sealed record OutsideParameter(string Name, string Type, JsonElement? Default, bool Required, double? Minimum, double? Maximum, string? Help)
{
    private static readonly string[] Types = ["number", "integer", "text", "flag", "list", "object"];

    internal static ImmutableArray<OutsideParameter> ReadAll(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ParameterException($"parameters: expected an object with one object for each parameter, found {ParameterReader.Describe(element)}");
        }

        return [.. element.EnumerateObject().Select(member => Read(member.Name, ParameterReader.Of(member.Value, $"parameters.{member.Name}")))];
    }

    /// <summary>The parameters of a rule, with defaults where it says nothing.</summary>
    /// <param name="declared">Null: any are passed on.</param>
    /// <exception cref="ParameterException">One is unknown, missing, of another type or out of range.</exception>
    internal static CanonicalJson Complete(ImmutableArray<OutsideParameter>? declared, CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        if (declared is not { } all)
        {
            return parameters;
        }

        var complete = (JsonObject)JsonNode.Parse(parameters.Text)!;
        foreach (var parameter in all)
        {
            if (reader.Member(parameter.Name) is { } value)
            {
                parameter.Require(value);
            }
            else if (parameter.Required)
            {
                throw new ParameterException($"{parameter.Name}: expected {parameter.Words}, found nothing");
            }
            else if (parameter.Default is { } otherwise)
            {
                complete[parameter.Name] = JsonNode.Parse(otherwise.GetRawText());
            }
        }

        reader.RefuseUnknown();
        return CanonicalJson.Parse(complete.ToJsonString());
    }

    private string Words => $"{(Type is "integer" ? "a whole number" : $"a {Type}")}{(Minimum is { } least ? FormattableString.Invariant($", at least {least}") : "")}{(Maximum is { } most ? FormattableString.Invariant($", at most {most}") : "")}{(Help is null ? "" : $" ({Help})")}";

    private void Require(JsonElement value)
    {
        var isRight = Type switch
        {
            "text" => value.ValueKind == JsonValueKind.String,
            "flag" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "list" => value.ValueKind == JsonValueKind.Array,
            "object" => value.ValueKind == JsonValueKind.Object,
            "integer" => IsNumber(value, out _) && value.TryGetInt64(out _),
            _ => IsNumber(value, out _),
        };
        if (!isRight || (IsNumber(value, out var number) && (number < (Minimum ?? number) || number > (Maximum ?? number))))
        {
            throw new ParameterException($"{Name}: expected {Words}, found {ParameterReader.Describe(value)}");
        }
    }

    private static bool IsNumber(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number) && double.IsFinite(number);
    }

    private static OutsideParameter Read(string name, ParameterReader reader)
    {
        var parameter = new OutsideParameter(
            name, reader.OneOf("type", "number", Types), reader.Member("default"), reader.Flag("required"), reader.Number("minimum"), reader.Number("maximum"), reader.Text("help"));
        reader.RefuseUnknown();
        if (parameter.Default is { } otherwise)
        {
            parameter.Require(otherwise);
        }

        return parameter;
    }
}

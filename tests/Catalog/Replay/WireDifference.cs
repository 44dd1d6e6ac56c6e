using System.Text.Json.Nodes;

namespace Strata.Catalog.Tests.Replay;

internal static class WireDifference
{
    private const int TextShown = 160;

    /// <summary>What a task has to say.</summary>
    private const string MessageColumn = ".msgs";

    public static IEnumerable<string> Between(JsonNode? recorded, JsonNode? actual, string path = "")
    {
        switch (recorded, actual)
        {
            case (JsonObject one, JsonObject other):
                return one.Select(m => m.Key).Union(other.Select(m => m.Key)).Order(StringComparer.Ordinal).SelectMany(name => Member(one, other, name, $"{path}.{name}"));
            case (JsonArray one, JsonArray other) when one.Count == other.Count:
                return Enumerable.Range(0, one.Count).SelectMany(k => Between(one[k], other[k], $"{path}[{k}]"));
            case (JsonArray one, JsonArray other):
                return [$"{path}: {one.Count} items were recorded, found {other.Count}; recorded {Shown(one)}, found {Shown(other)}"];
            // Clients match parts of it, and ours says more.
            case (JsonValue one, JsonValue other) when path.EndsWith(MessageColumn, StringComparison.Ordinal) && one.TryGetValue<string>(out var text) && other.TryGetValue<string>(out var found):
                return found.Contains(text, StringComparison.Ordinal) ? [] : [$"{path}: {Shown(recorded)} was recorded, found {Shown(actual)}"];
            default:
                return JsonNode.DeepEquals(recorded, actual) ? [] : [$"{path}: {Shown(recorded)} was recorded, found {Shown(actual)}"];
        }
    }

    private static IEnumerable<string> Member(JsonObject recorded, JsonObject actual, string name, string path) => (recorded.ContainsKey(name), actual.ContainsKey(name)) switch
    {
        (true, false) => [$"{path} is missing; recorded was {Shown(recorded[name])}"],
        (false, true) => [$"{path} was not recorded; found {Shown(actual[name])}"],
        _ => Between(recorded[name], actual[name], path),
    };

    private static string Shown(JsonNode? node) => node?.ToJsonString() is not { } text ? "null" : text.Length <= TextShown ? text : text[..TextShown] + "…";
}

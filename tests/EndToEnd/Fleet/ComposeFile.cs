using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>A service of <c>docker-compose.yml</c> that runs Strata.</summary>
/// <param name="Command">Arguments of <c>strata</c>.</param>
internal sealed record ComposeService(string Name, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// The compose file of the repository, as far as it is read here: maps by indentation, lists and maps on one line, anchors, merges, and variables by their defaults.
/// </summary>
internal static partial class ComposeFile
{
    public static string Path { get; } = System.IO.Path.Combine(Samples.Repository, "docker-compose.yml");

    public static IReadOnlyList<ComposeService> Strata { get; } = [.. Read()];

    public static IEnumerable<string> VariableNames => Variables().Matches(File.ReadAllText(Path)).Select(v => v.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    public static ComposeService Service(string name) => Strata.Single(s => s.Name == name);

    private static IEnumerable<ComposeService> Read()
    {
        var anchors = new Dictionary<string, object>(StringComparer.Ordinal);
        var lines = new Queue<(int Indent, string Text)>(File.ReadLines(Path)
            .Where(l => l.Trim() is { Length: > 0 } text && text[0] != '#')
            .Select(l => (l.Length - l.TrimStart().Length, Variables().Replace(l.Trim(), v => v.Groups["default"].Value))));
        var file = Map(lines, 0, anchors);
        foreach (var (name, value) in (Dictionary<string, object>)file["services"])
        {
            var service = (Dictionary<string, object>)value;
            if (service["image"] is string image && image.StartsWith("strata", StringComparison.Ordinal))
            {
                var environment = (Dictionary<string, object>)service["environment"];
                yield return new(name, [.. ((List<object>)service["command"]).Cast<string>()], environment.ToDictionary(e => e.Key, e => (string)e.Value, StringComparer.Ordinal));
            }
        }
    }

    private static Dictionary<string, object> Map(Queue<(int Indent, string Text)> lines, int indent, Dictionary<string, object> anchors)
    {
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        while (lines.TryPeek(out var line) && line.Indent == indent)
        {
            lines.Dequeue();
            var colon = line.Text.IndexOf(':', StringComparison.Ordinal);
            var (key, rest) = (line.Text[..colon], line.Text[(colon + 1)..].Trim());
            var anchor = rest.StartsWith('&') ? rest.Split(' ')[0][1..] : null;
            rest = anchor is null ? rest : rest[(anchor.Length + 1)..].Trim();
            var value = rest.Length > 0 ? Inline(rest, anchors) : Nested(lines, indent, anchors);
            if (anchor is not null)
            {
                anchors[anchor] = value;
            }

            if (key == "<<")
            {
                foreach (var (merged, of) in (Dictionary<string, object>)value)
                {
                    map.TryAdd(merged, of);
                }
            }
            else
            {
                map[key] = value;
            }
        }

        return map;
    }

    private static object Nested(Queue<(int Indent, string Text)> lines, int indent, Dictionary<string, object> anchors)
    {
        if (!lines.TryPeek(out var first) || first.Indent <= indent)
        {
            return "";
        }

        if (!first.Text.StartsWith("- ", StringComparison.Ordinal))
        {
            return Map(lines, first.Indent, anchors);
        }

        var list = new List<object>();
        while (lines.TryPeek(out var line) && line.Indent == first.Indent)
        {
            list.Add(Inline(lines.Dequeue().Text[2..].Trim(), anchors));
        }

        return list;
    }

    private static object Inline(string text, Dictionary<string, object> anchors) => text[0] switch
    {
        '*' => anchors[text[1..]],
        '[' => Items().Matches(text[1..^1]).Select(m => (object)Unquoted(m.Value)).ToList(),
        '{' => text[1..^1].Split(',').Select(p => p.Split(':', 2)).ToDictionary(p => p[0].Trim(), p => (object)p[1].Trim(), StringComparer.Ordinal),
        _ => Unquoted(text),
    };

    private static string Unquoted(string text) => text.Trim().Trim('"');

    [GeneratedRegex(@"\$\{(?<name>\w+):-(?<default>[^}]*)\}")]
    private static partial Regex Variables();

    [GeneratedRegex("\"(\\\\.|[^\"])*\"|[^,\\s][^,]*")]
    private static partial Regex Items();
}

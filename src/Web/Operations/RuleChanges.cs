using System.Text.Json;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What becomes of each rule of a dataset when rules are applied.</summary>
public static class RuleChanges
{
    public const string Added = "added";
    public const string Changed = "changed";
    public const string Unchanged = "unchanged";
    public const string Retired = "retired";

    /// <summary>It stands and is not told, and nothing was said to retire it.</summary>
    public const string NotTold = "not_told";

    /// <summary>In the order in which they are told, then the others.</summary>
    internal static IEnumerable<RuleChange> Of(string dataset, IReadOnlyList<RuleRow> before, ApplyRules command, ApplyOutcome outcome, ILookup<string, string> warnings)
    {
        foreach (var definition in command.Definitions)
        {
            var standing = before.FirstOrDefault(r => r.Rule == definition.Rule);
            var declared = outcome.Declared.FirstOrDefault(d => d.Rule == definition.Rule);
            yield return new(
                dataset,
                definition.Rule,
                declared is null ? Unchanged : standing is null ? Added : Changed,
                declared?.Revision ?? standing?.Revision ?? 0,
                declared is null || standing is null ? [] : Differences(standing, declared),
                [.. warnings[definition.Rule]]);
        }

        foreach (var standing in before.Where(r => !command.Definitions.Any(d => d.Rule == r.Rule)))
        {
            yield return new(dataset, standing.Rule, outcome.Retired.Contains(standing.Rule) ? Retired : NotTold, standing.Revision, [], []);
        }
    }

    private static List<RuleDifference> Differences(RuleRow before, RuleDeclared after)
    {
        var differences = new List<RuleDifference>();
        Compare("deriver", Text(before.Deriver), Text(after.Deriver));
        Compare("inputs", Texts(before.Inputs), Texts(after.Inputs));
        Compare("layer", Text(before.OutputLayer), Text(after.OutputLayer));
        var (old, now) = (Members(before.Parameters), Members(after.Parameters));
        foreach (var name in old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Compare($"parameters.{name}", old.GetValueOrDefault(name), now.GetValueOrDefault(name));
        }

        return differences;

        void Compare(string what, string? was, string? isNow)
        {
            if (was != isNow)
            {
                differences.Add(new(what, was, isNow));
            }
        }
    }

    private static string Text(string value) => JsonSerializer.Serialize(value, ApiJson.Default.String);

    private static string Texts(EquatableArray<string> values) => $"[{string.Join(',', values.Select(Text))}]";

    /// <summary>Canonical JSON: equal values are equal texts.</summary>
    private static Dictionary<string, string> Members(CanonicalJson parameters) => JsonElement.Parse(parameters.Text) is { ValueKind: JsonValueKind.Object } members
        ? members.EnumerateObject().ToDictionary(m => m.Name, m => ReadableJson.Of(m.Value), StringComparer.Ordinal)
        : [];
}

using System.Text.Json;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Segment">Null: all of the dataset.</param>
/// <param name="Layer">That the rules are to read; null: <c>base</c>.</param>
/// <param name="Unit">Of the joints, as the person who asks knows it: <c>rad, deg, m</c>. A recording does not say it.</param>
public sealed record SuggestRulesRequest(string Dataset, string? Segment = null, string? Layer = null, string? Unit = null);

/// <param name="Presets">All there are, with how a recording looks that they fit.</param>
public sealed record SuggestRulesResponse(IReadOnlyList<RuleSuggestionLine> Suggestions, IReadOnlyList<PresetLine> Presets, int SchemasNotLookedAt);

public sealed record PresetLine(string Preset, string Looks);

/// <summary>What fits segments that look alike.</summary>
/// <param name="Preset">Null: none fits, and <paramref name="Joints"/> says what there is.</param>
/// <param name="Why">A sentence each; and a warning where a rule that stands would skip what is derived so.</param>
/// <param name="AlsoFits">Other presets that fit.</param>
/// <param name="Joints">Columns that can hold joints, with the instances of a row where these are known.</param>
public sealed record RuleSuggestionLine(
    string? Preset, int Segments, string ExampleSegment, IReadOnlyList<string> Why, IReadOnlyList<SuggestedRule> Rules, IReadOnlyList<string> AlsoFits, IReadOnlyDictionary<string, int?> Joints);

/// <param name="Command">That declares it, without the leading <c>strata</c>.</param>
/// <param name="Stands">It is declared so already.</param>
public sealed record SuggestedRule(string Rule, string Deriver, IReadOnlyList<string> Inputs, string Layer, JsonElement Parameters, string Command, bool Stands = false);

/// <summary>Recognises how recordings log their joints: what the rules' room knows.</summary>
public interface IRuleSuggestions
{
    Task<SuggestRulesResponse> SuggestAsync(DatasetEntry dataset, SuggestRulesRequest request, CancellationToken cancellationToken);

    /// <summary>The rules of one preset for the base layer of the dataset's recordings.</summary>
    /// <param name="unit">Of the joints; null: nobody says it.</param>
    /// <exception cref="OperationException">There is no such preset, it does not fit, or fits differently logged recordings differently.</exception>
    Task<IReadOnlyList<RuleDefinition>> OfPresetAsync(DatasetEntry dataset, string preset, string? unit, CancellationToken cancellationToken);
}

/// <summary>Looks at the recordings of a dataset and says which rules fit them and why. Declares nothing.</summary>
public sealed class SuggestRulesOperation(Catalog catalog, IRuleSuggestions suggestions, IRuleDerivers derivers) : IOperation<SuggestRulesRequest, SuggestRulesResponse>
{
    private static readonly string[] Units = ["rad", "deg", "m"];

    public static OperationRoute<SuggestRulesRequest, SuggestRulesResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/rules/suggestions", "Which rules fit the recordings of a dataset, and why", ApiJson.Default.SuggestRulesRequest, ApiJson.Default.SuggestRulesResponse);

    public async Task<SuggestRulesResponse> RunAsync(SuggestRulesRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (request.Unit is { } unit && !Units.Contains(unit))
        {
            throw new OperationException(OperationErrors.Invalid, $"unit: expected one of {string.Join(", ", Units)}, found '{unit}'", null);
        }

        var entry = await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken);
        var answer = await suggestions.SuggestAsync(entry, request, cancellationToken);
        var rules = await (await catalog.CaughtUpAsync(cancellationToken)).Rules.ReadAsync(entry.Source, entry.AsOf, cancellationToken);
        return answer.Suggestions.Count > 0 || request.Segment is null
            ? answer with { Suggestions = [.. answer.Suggestions.Select(s => Beside(rules, s))] }
            : throw new OperationException(
                OperationErrors.NotFound, $"dataset '{request.Dataset}' has no layer '{request.Layer ?? "base"}' in a segment '{request.Segment}'", $"strata manifest {ShellWord.Of(request.Dataset)}");
    }

    /// <summary>A rule that is not proposed anew goes on reading what is derived, in its own unit.</summary>
    private RuleSuggestionLine Beside(IReadOnlyList<RuleRow> rules, RuleSuggestionLine suggestion)
    {
        var others = rules.Where(r => suggestion.Rules.All(s => s.Rule != r.Rule)).Select(RuleDrafts.Definition).ToList();
        var clashes = suggestion.Rules.SelectMany(s => others, (s, other) => RuleUnits.Clash(derivers, new(s.Rule, s.Deriver, [.. s.Inputs], s.Layer, CanonicalJson.From(s.Parameters)), other));
        return suggestion with
        {
            Why = [.. suggestion.Why, .. clashes.OfType<string>().Select(clash => $"warning: {clash}")],
            Rules = [.. suggestion.Rules.Select(rule => rule with { Stands = rules.Any(r => IsSame(r, rule)) })],
        };
    }

    private static bool IsSame(RuleRow standing, SuggestedRule rule) => standing.Rule == rule.Rule && standing.Deriver == rule.Deriver && standing.OutputLayer == rule.Layer
        && standing.Inputs.SequenceEqual(rule.Inputs) && standing.Parameters == CanonicalJson.From(rule.Parameters);
}

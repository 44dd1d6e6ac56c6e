using System.Text.Json;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The rules' room recognises; REST and the command line ask.</summary>
internal sealed class RuleSuggestionAnswers(RuleSuggester suggester) : IRuleSuggestions
{
    public async Task<SuggestRulesResponse> SuggestAsync(DatasetEntry dataset, SuggestRulesRequest request, CancellationToken cancellationToken)
    {
        var found = await suggester.SuggestAsync(dataset.Source, dataset.AsOf, request.Layer ?? HowToRules.BaseLayer, request.Segment, preset: null, request.Unit, cancellationToken);
        return new(
            [.. found.Each.Select(s => Line(request.Dataset, s))],
            [.. RuleSuggester.Presets.Select(p => new PresetLine(p, RuleSuggester.Looks(p)!))],
            found.SchemasNotLookedAt);
    }

    public async Task<IReadOnlyList<RuleDefinition>> OfPresetAsync(DatasetEntry dataset, string preset, string? unit, CancellationToken cancellationToken)
    {
        if (RuleSuggester.Looks(preset) is not { } looks)
        {
            throw new OperationException(OperationErrors.Invalid, $"preset: expected one of {string.Join(", ", RuleSuggester.Presets)}, found '{preset}'", null);
        }

        var found = await suggester.SuggestAsync(dataset.Source, dataset.AsOf, HowToRules.BaseLayer, segment: null, preset, unit, cancellationToken);
        var next = $"strata rule suggest {ShellWord.Of(dataset.Name)}";
        return found.Each.Where(s => s.Match is not null).ToList() switch
        {
            [var one] => one.Match!.Rules,
            [] => throw new OperationException(
                OperationErrors.FailedPrecondition, $"preset '{preset}' fits no recording of dataset '{dataset.Name}': expected {looks}", next),
            [var first, var second, ..] => throw new OperationException(
                OperationErrors.FailedPrecondition,
                $"preset '{preset}' fits the recordings of dataset '{dataset.Name}' in different ways, such as '{first.ExampleSegment}' and '{second.ExampleSegment}'; declare the rule with --parameters", next),
        };
    }

    private static RuleSuggestionLine Line(string dataset, RuleSuggestion suggestion) => new(
        suggestion.Match?.Preset,
        suggestion.Segments,
        suggestion.ExampleSegment,
        suggestion.Match is { } match ? match.Why : [],
        [.. suggestion.Match?.Rules.Select(r => Rule(dataset, r)) ?? []],
        suggestion.AlsoFits,
        suggestion.Joints.ToDictionary(j => j.Column, j => j.Instances, StringComparer.Ordinal));

    private static SuggestedRule Rule(string dataset, RuleDefinition rule) => new(
        rule.Rule,
        rule.Deriver,
        [.. rule.Inputs],
        rule.OutputLayer,
        JsonElement.Parse(rule.Parameters.Text),
        $"rule declare {ShellWord.Of(dataset)} {rule.Rule} --deriver {rule.Deriver} {string.Join(' ', rule.Inputs.Select(i => $"--input {ShellWord.Of(i)}"))} --output {rule.OutputLayer} --parameters {ShellWord.Of(ReadableJson.Of(rule.Parameters))}");
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>The rule that a request means.</summary>
/// <param name="Standing">Null: it does not stand yet.</param>
public sealed record RuleDraft(RuleDefinition Definition, RuleRow? Standing)
{
    /// <summary>What each other rule writes that stands; null: nobody knows it of that one.</summary>
    public required IReadOnlyList<RuleOutputs?> Written { get; init; }

    /// <summary>The other rules that stand.</summary>
    public required IReadOnlyList<RuleDefinition> Others { get; init; }

    /// <summary>By name, what those other rules write whose events do not say so.</summary>
    public required ImmutableDictionary<string, RuleOutputs> OutputsOfOthers { get; init; }
}

/// <summary>Makes a whole rule of what is told of it: what is left out comes from a preset, else from the rule as it stands. What cannot work is refused.</summary>
public sealed class RuleDrafts(RuleDefinitions definitions, IRuleSuggestions suggestions, Catalog catalog)
{
    private const string UnitMember = "unit";

    /// <exception cref="OperationException">Something is missing, or the deriver refuses its parameters.</exception>
    public async Task<RuleDraft> MakeAsync(DatasetEntry entry, DeclareRuleRequest request, CancellationToken cancellationToken)
    {
        var rules = await (await catalog.CaughtUpAsync(cancellationToken)).Rules.ReadAsync(entry.Source, entry.AsOf, cancellationToken);
        var standing = rules.FirstOrDefault(r => string.Equals(r.Rule, request.Rule, StringComparison.Ordinal));
        var known = request.Preset is { } preset ? await OfPresetAsync(entry, request, preset, cancellationToken)
            : standing is null ? null
            : Definition(standing);
        return new(definitions.Complete(Define(request, known), [.. rules.Select(r => r.OutputLayer)]), standing)
        {
            Others = [.. rules.Where(r => r != standing).Select(Definition)],
            Written = [.. rules.Where(r => r != standing).Select(definitions.OutputsOf)],
            OutputsOfOthers = definitions.OutputsUnsaid(rules),
        };
    }

    internal static RuleDefinition Definition(RuleRow row) => new(row.Rule, row.Deriver, row.Inputs, row.OutputLayer, row.Parameters);

    private async Task<RuleDefinition> OfPresetAsync(DatasetEntry entry, DeclareRuleRequest request, string preset, CancellationToken cancellationToken)
    {
        // A preset that knows the unit makes a rule that judges too.
        var unit = request.Set?.GetValueOrDefault(UnitMember) is { ValueKind: JsonValueKind.String } told ? told.GetString() : null;
        var rules = await suggestions.OfPresetAsync(entry, preset, unit, cancellationToken);
        return rules.FirstOrDefault(r => r.Rule == request.Rule)
            ?? throw RuleDefinitions.Refused($"preset '{preset}' makes no rule '{request.Rule}'; it makes: {string.Join(", ", rules.Select(r => $"'{r.Rule}'"))}{(unit is null ? ", and with `--set unit=rad` one that judges" : "")}");
    }

    private RuleDefinition Define(DeclareRuleRequest request, RuleDefinition? known)
    {
        var missing = new (string Option, bool Missing)[]
        {
            ("--deriver", (request.Deriver ?? known?.Deriver) is null),
            ("--input", request.Inputs is not { Count: > 0 } && known is null),
            ("--output", (request.Layer ?? known?.OutputLayer) is null),
        };
        if (missing.Where(m => m.Missing).Select(m => m.Option).ToArray() is { Length: > 0 } options)
        {
            throw RuleDefinitions.Refused(
                $"rule '{request.Rule}' does not stand in dataset '{request.Dataset}' yet; to declare it {string.Join(", ", options)} must be told{(WhatElse(request, known) is { } wrong ? $"; and {wrong}" : "")}");
        }

        return new(
            request.Rule,
            request.Deriver ?? known!.Deriver,
            request.Inputs is { Count: > 0 } inputs ? [.. inputs] : known!.Inputs,
            request.Layer ?? known!.OutputLayer,
            Parameters(request, known));
    }

    /// <summary>What else is wrong, so that it is not told only when the first is mended.</summary>
    private string? WhatElse(DeclareRuleRequest request, RuleDefinition? known)
    {
        try
        {
            return (request.Deriver ?? known?.Deriver) is { } deriver ? definitions.RefusalOf(deriver, Parameters(request, known)) : null;
        }
        catch (OperationException refused)
        {
            return refused.Message;
        }
    }

    private static CanonicalJson Parameters(DeclareRuleRequest request, RuleDefinition? known)
    {
        try
        {
            var whole = request.Parameters is { } told ? CanonicalJson.From(told) : known?.Parameters ?? CanonicalJson.EmptyObject;
            if (request.Set is not { Count: > 0 } members)
            {
                return whole;
            }

            if (JsonNode.Parse(whole.Text) is not JsonObject parameters)
            {
                throw RuleDefinitions.Refused($"parameters: expected an object, found {whole}");
            }

            foreach (var (name, value) in members)
            {
                parameters.Remove(name);
                if (value.ValueKind != JsonValueKind.Null)
                {
                    parameters.Add(name, JsonNode.Parse(value.GetRawText()));
                }
            }

            return CanonicalJson.Parse(parameters.ToJsonString());
        }
        catch (JsonException e)
        {
            throw RuleDefinitions.Refused($"parameters: {e.Message}");
        }
    }
}

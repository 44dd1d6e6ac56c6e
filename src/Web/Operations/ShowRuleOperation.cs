using System.Text.Json;
using Strata.Projections;

namespace Strata.Web;

public sealed record ShowRuleRequest(string Dataset, string Rule);

/// <param name="Deriver">Of the last revision, as are inputs, layer and what it writes.</param>
/// <param name="Parameters">With the values that are taken for what is left out, as far as the deriver can tell.</param>
/// <param name="Revisions">The oldest first.</param>
/// <param name="Segments">How many segments came to what, most asking for a person first.</param>
/// <param name="RetiredAt">Position of its retirement; null: it stands.</param>
public sealed record ShowRuleResponse(
    string Rule,
    int Revision,
    string Deriver,
    IReadOnlyList<string> Inputs,
    string Layer,
    JsonElement Parameters,
    IReadOnlyList<string> Entities,
    IReadOnlyList<string> Properties,
    IReadOnlyList<RuleRevision> Revisions,
    IReadOnlyList<DerivationSummary> Segments,
    long? RetiredAt);

/// <param name="Parameters">As they were declared.</param>
/// <param name="UntilPosition">Of the next revision, or of the retirement; null: it stands.</param>
public sealed record RuleRevision(int Revision, string Deriver, IReadOnlyList<string> Inputs, string Layer, JsonElement Parameters, long Position, long? UntilPosition);

/// <summary>All of one rule: its revisions, what it writes, and what it came to.</summary>
public sealed class ShowRuleOperation(Catalog catalog, DatasetDerivations derivations, RuleDefinitions definitions, IRuleDerivers derivers) : IOperation<ShowRuleRequest, ShowRuleResponse>
{
    public static OperationRoute<ShowRuleRequest, ShowRuleResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/rules/{rule}", "One rule: its revisions, what it writes, what it came to", ApiJson.Default.ShowRuleRequest, ApiJson.Default.ShowRuleResponse);

    public async Task<ShowRuleResponse> RunAsync(ShowRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken);
        var facts = await derivations.ReadAsync(entry, request.Rule, cancellationToken);
        var revisions = await (await catalog.CaughtUpAsync(cancellationToken)).Rules.ReadRevisionsAsync(entry.Source, entry.AsOf, cancellationToken);
        var last = facts.Rules[0];
        var outputs = definitions.OutputsOf(last);
        return new(
            last.Rule,
            last.Revision,
            last.Deriver,
            [.. last.Inputs],
            last.OutputLayer,
            JsonElement.Parse(derivers.WithDefaults(last.Deriver, last.Parameters).Text),
            [.. outputs?.Entities ?? []],
            [.. outputs?.Properties ?? []],
            [.. revisions.Where(r => r.Rule == last.Rule).Select(Revision)],
            ListDerivationsOperation.Summarise(facts.States()),
            last.UntilPosition);
    }

    private static RuleRevision Revision(RuleRow rule) =>
        new(rule.Revision, rule.Deriver, [.. rule.Inputs], rule.OutputLayer, JsonElement.Parse(rule.Parameters.Text), rule.Position, rule.UntilPosition);
}

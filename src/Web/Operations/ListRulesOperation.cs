using System.Text.Json;
using Strata.Projections;

namespace Strata.Web;

/// <param name="Retired">Also rules that were retired, as they were last declared.</param>
public sealed record ListRulesRequest(string Dataset, bool Retired = false);

public sealed record ListRulesResponse(IReadOnlyList<RuleListing> Rules);

/// <param name="Unit">Of what it computes, declared or by default; null where the deriver has none.</param>
/// <param name="Entities">Entity paths that it writes.</param>
/// <param name="Properties">Names of properties that it writes.</param>
/// <param name="RetiredAt">Position of its retirement; null: it stands.</param>
public sealed record RuleListing(
    string Rule,
    int Revision,
    string Deriver,
    IReadOnlyList<string> Inputs,
    string Layer,
    JsonElement Parameters,
    long Position,
    string? Unit,
    IReadOnlyList<string> Entities,
    IReadOnlyList<string> Properties,
    long? RetiredAt);

public sealed class ListRulesOperation(Catalog catalog, RuleDefinitions definitions, IRuleDerivers derivers) : IOperation<ListRulesRequest, ListRulesResponse>
{
    public static OperationRoute<ListRulesRequest, ListRulesResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/rules", "The rules of a dataset", ApiJson.Default.ListRulesRequest, ApiJson.Default.ListRulesResponse);

    public async Task<ListRulesResponse> RunAsync(ListRulesRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var rules = await models.Rules.ReadAsync(entry.Source, entry.AsOf, cancellationToken);
        if (!request.Retired)
        {
            return new([.. rules.Select(Line)]);
        }

        var revisions = await models.Rules.ReadRevisionsAsync(entry.Source, entry.AsOf, cancellationToken);
        var retired = revisions.GroupBy(r => r.Rule, StringComparer.Ordinal).Select(g => g.Last()).Where(r => r.UntilPosition is not null);
        return new([.. rules.Concat(retired).Select(Line)]);
    }

    private RuleListing Line(RuleRow rule)
    {
        var outputs = definitions.OutputsOf(rule);
        return new(
            rule.Rule,
            rule.Revision,
            rule.Deriver,
            [.. rule.Inputs],
            rule.OutputLayer,
            JsonElement.Parse(rule.Parameters.Text),
            rule.Position,
            RuleUnits.Of(derivers, rule.Deriver, rule.Parameters),
            [.. outputs?.Entities ?? []],
            [.. outputs?.Properties ?? []],
            rule.UntilPosition);
    }
}

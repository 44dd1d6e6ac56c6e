using System.Text.Json;

namespace Strata.Web;

public sealed record ListRulesRequest(string Dataset);

public sealed record ListRulesResponse(IReadOnlyList<RuleListing> Rules);

public sealed record RuleListing(string Rule, int Revision, string Deriver, IReadOnlyList<string> Inputs, string Layer, JsonElement Parameters, long Position);

public sealed class ListRulesOperation(Catalog catalog) : IOperation<ListRulesRequest, ListRulesResponse>
{
    public static OperationRoute<ListRulesRequest, ListRulesResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/rules", "The rules of a dataset", ApiJson.Default.ListRulesRequest, ApiJson.Default.ListRulesResponse);

    public async Task<ListRulesResponse> RunAsync(ListRulesRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var rules = await models.Rules.ReadAsync(entry.Source, entry.AsOf, cancellationToken);
        return new([.. rules.Select(r => new RuleListing(r.Rule, r.Revision, r.Deriver, [.. r.Inputs], r.OutputLayer, JsonElement.Parse(r.Parameters.Text), r.Position))]);
    }
}

using Strata.Registrar;

namespace Strata.Web;

/// <param name="RemoveLayers">Unregister what the rule made, also when it was retired before.</param>
/// <param name="Wait">Answer only when the rules have nothing more to do in the dataset.</param>
public sealed record RetireRuleRequest(string Dataset, string Rule, bool RemoveLayers = false, bool Wait = false);

/// <param name="Retired">False when it was retired before.</param>
/// <param name="RemovedLayers">How many were unregistered, those that needed them among them.</param>
/// <param name="Readers">Rules that stand and read its layer, which nothing makes from now on.</param>
public sealed record RetireRuleResponse(string Rule, bool Retired, long RemovedLayers, IReadOnlyList<string> Readers, long Position);

/// <summary>Ends a rule. What it derived stands, unless it is to be removed.</summary>
public sealed class RetireRuleOperation(IRegistrar registrar, Catalog catalog, Settlement settlement) : IOperation<RetireRuleRequest, RetireRuleResponse>
{
    public static OperationRoute<RetireRuleRequest, RetireRuleResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules/retire", "End a rule; what it derived stands, unless it is to be removed", ApiJson.Default.RetireRuleRequest, ApiJson.Default.RetireRuleResponse);

    public async Task<RetireRuleResponse> RunAsync(RetireRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var rule = await DatasetDerivations.RequireRuleAsync(await catalog.CaughtUpAsync(cancellationToken), entry, request.Rule, cancellationToken);
        var standstills = settlement.Standstills;
        var outcome = await registrar.RetireRuleAsync(new RetireRule(entry.Dataset, request.Rule, request.RemoveLayers, asker.Source), cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        if (request.Wait)
        {
            await settlement.WaitAsync(entry.Dataset, segments: null, standstills, progress, cancellationToken);
        }

        var standing = await models.Rules.ReadAsync(entry.Dataset, asOf: null, cancellationToken);
        return new(request.Rule, outcome.Retired, outcome.Removed, [.. standing.Where(r => r.Inputs.Contains(rule.OutputLayer)).Select(r => r.Rule)], outcome.Position);
    }
}

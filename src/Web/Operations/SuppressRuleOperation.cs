using Strata.EventStore;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Reason">For whoever asks why.</param>
public sealed record SuppressRuleRequest(string Dataset, string Rule, string Segment, string Reason);

/// <param name="Suppressed">False when the rule leaves the segment alone already.</param>
public sealed record SuppressRuleResponse(string Rule, string Segment, long Position, bool Suppressed);

/// <summary>Tells a rule to leave one segment alone until it is resumed or an input changes; a layer that stands there stays.</summary>
public sealed class SuppressRuleOperation(IRegistrar registrar, IEventStore store, Catalog catalog) : IOperation<SuppressRuleRequest, SuppressRuleResponse>
{
    public static OperationRoute<SuppressRuleRequest, SuppressRuleResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules/suppress", "Tell a rule to leave a segment alone", ApiJson.Default.SuppressRuleRequest, ApiJson.Default.SuppressRuleResponse);

    public async Task<SuppressRuleResponse> RunAsync(SuppressRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        await DatasetDerivations.RequireRuleAsync(await catalog.CaughtUpAsync(cancellationToken), entry, request.Rule, cancellationToken);
        var suppressed = await registrar.SuppressRuleAsync(new SuppressRule(entry.Dataset, request.Rule, request.Segment, request.Reason), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return new(request.Rule, request.Segment, await store.HeadAsync(cancellationToken), suppressed);
    }
}

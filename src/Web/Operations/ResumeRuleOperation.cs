using Strata.Contracts;
using Strata.EventStore;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Wait">Answer only when the rules have nothing more to do for the segment.</param>
public sealed record ResumeRuleRequest(string Dataset, string Rule, string Segment, bool Wait = false);

/// <param name="Resumed">False when there was nothing to resume.</param>
public sealed record ResumeRuleResponse(string Rule, string Segment, long Position, bool Resumed);

/// <summary>Lets a rule work again on a segment for which a person suppressed it, or on which it failed.</summary>
public sealed class ResumeRuleOperation(IRegistrar registrar, IEventStore store, Catalog catalog, Settlement settlement) : IOperation<ResumeRuleRequest, ResumeRuleResponse>
{
    public static OperationRoute<ResumeRuleRequest, ResumeRuleResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules/resume", "Let a suppressed or failed rule work on a segment again", ApiJson.Default.ResumeRuleRequest, ApiJson.Default.ResumeRuleResponse);

    public async Task<ResumeRuleResponse> RunAsync(ResumeRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var rules = await models.Rules.ReadAsync(entry.Dataset, asOf: null, cancellationToken);
        if (!rules.Any(r => string.Equals(r.Rule, request.Rule, StringComparison.Ordinal)))
        {
            throw new OperationException(
                OperationErrors.NotFound,
                $"dataset '{request.Dataset}' has no rule '{request.Rule}'; it has: {string.Join(", ", rules.Select(r => $"'{r.Rule}'"))}",
                $"strata rule list {ShellWord.Of(request.Dataset)}");
        }

        var standstills = settlement.Standstills;
        var resumed = await registrar.ResumeRuleAsync(entry.Dataset, request.Rule, request.Segment, asker.Source, cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        if (request.Wait)
        {
            await settlement.WaitAsync(entry.Dataset, [request.Segment], standstills, progress, cancellationToken);
        }

        return new(request.Rule, request.Segment, await store.HeadAsync(cancellationToken), resumed);
    }
}

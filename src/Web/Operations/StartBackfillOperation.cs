using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Where">A condition on the segment table as of the start; null: all segments.</param>
/// <param name="RatePerSecond">Segments a second at most; null: no limit.</param>
/// <param name="Force">Also where this very revision and deriver version decided already.</param>
/// <param name="DryRun">Only count.</param>
/// <param name="Wait">Answer only when it is over, or paused.</param>
public sealed record StartBackfillRequest(
    string Dataset, string Rule, string? Where = null, int? RatePerSecond = null, bool Force = false, bool DryRun = false, bool Wait = false);

/// <param name="Segments">How many need it.</param>
/// <param name="NeverDecided">Of them: the rule never decided on what stands there.</param>
/// <param name="OtherRevision">Of them: an older revision of the rule did.</param>
/// <param name="OtherDeriverVersion">Of them: another version of the deriver did.</param>
/// <param name="Asked">Of them: nothing changed, and a person asks for it all the same.</param>
/// <param name="Backfill">Null: only counted, or no segment needs it.</param>
public sealed record StartBackfillResponse(
    string Dataset,
    string Rule,
    int Revision,
    string Deriver,
    int DeriverVersion,
    bool DryRun,
    long Segments,
    long NeverDecided,
    long OtherRevision,
    long OtherDeriverVersion,
    long Asked,
    BackfillLine? Backfill);

/// <summary>Applies a rule to segments that were registered before it, or before its latest revision or deriver version.</summary>
public sealed class StartBackfillOperation(
    IBackfills backfills, IRuleDerivers derivers, RuleReach reach, ISegmentConditions conditions, BackfillEntries entries, Settlement settlement, Catalog catalog)
    : IOperation<StartBackfillRequest, StartBackfillResponse>
{
    public static OperationRoute<StartBackfillRequest, StartBackfillResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/backfills", "Apply a rule to segments that were registered before it", ApiJson.Default.StartBackfillRequest, ApiJson.Default.StartBackfillResponse)
    {
        Repeated = request => new($"strata backfill list {ShellWord.Of(request.Dataset)}", "a second one is refused while the first goes on, and begins anew after it"),
    };

    public async Task<StartBackfillResponse> RunAsync(StartBackfillRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var rule = await RequireRuleAsync(models, entry.Dataset, request, cancellationToken);
        var version = derivers.VersionOf(rule.Deriver) ?? throw new OperationException(
            OperationErrors.FailedPrecondition, $"rule '{rule.Rule}' asks for deriver '{rule.Deriver}', which this program does not have; it has {string.Join(", ", derivers.Names)}", null);
        if (request.RatePerSecond is <= 0)
        {
            throw new OperationException(OperationErrors.Invalid, $"rate: expected at least 1 segment a second, found {request.RatePerSecond}", null);
        }

        if (request.Where is { } where && await conditions.RefuseAsync(entry.Dataset, where, cancellationToken) is { } refusal)
        {
            throw new OperationException(OperationErrors.Invalid, refusal, null);
        }

        var counts = await reach.CountAsync(new(entry.Dataset, rule.Rule, version, request.Force, AsOf: null, After: null), request.Where, cancellationToken);
        var segments = counts.Values.Sum();
        var answer = new StartBackfillResponse(
            request.Dataset, rule.Rule, rule.Revision, rule.Deriver, version, request.DryRun, segments,
            counts[BackfillCause.NeverDecided], counts[BackfillCause.OtherRevision], counts[BackfillCause.OtherDeriverVersion], counts[BackfillCause.Asked], null);
        if (request.DryRun || segments == 0)
        {
            return answer;
        }

        var standstills = settlement.Standstills;
        var started = await backfills.StartBackfillAsync(
            new StartBackfill(entry.Dataset, rule.Rule, rule.Revision, rule.Deriver, version, request.Force, request.Where, request.RatePerSecond, segments, asker.Source), cancellationToken);
        return answer with
        {
            Backfill = request.Wait
                ? await entries.WaitAsync(started.BackfillId, standstills, progress, cancellationToken)
                : await entries.RequireAsync(started.BackfillId, asker, cancellationToken),
        };
    }

    private static async Task<RuleRow> RequireRuleAsync(IReadModels models, DatasetId dataset, StartBackfillRequest request, CancellationToken cancellationToken)
    {
        var rules = await models.Rules.ReadAsync(dataset, asOf: null, cancellationToken);
        return rules.FirstOrDefault(r => string.Equals(r.Rule, request.Rule, StringComparison.Ordinal)) ?? throw new OperationException(
            OperationErrors.NotFound,
            $"dataset '{request.Dataset}' has no rule '{request.Rule}'; it has: {string.Join(", ", rules.Select(r => $"'{r.Rule}'"))}",
            $"strata rule list {ShellWord.Of(request.Dataset)}");
    }
}

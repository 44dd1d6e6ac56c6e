using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Projections.Storage;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>Whether this process derives, or others of its log may: where nobody does, waiting for a rule would never end.</summary>
public sealed record SomebodyDerives(bool Value);

/// <param name="Position">Where the log ended: what was evaluated up to there is not the call's doing.</param>
/// <param name="Standstills">How often the work list had stood still.</param>
public readonly record struct CallStart(long Position, long Standstills);

/// <summary>Answers a registration when the read models have passed it, and, when asked to, when the rules are done with it.</summary>
public sealed class RegisteredAnswer(IEventStore store, Catalog catalog, Settlement settlement, SomebodyDerives somebodyDerives)
{
    /// <summary>Who does not wait for the rules is not kept waiting for more look-ups than these.</summary>
    private const int SegmentsLookedUpAtOnce = 64;

    /// <summary>Above it one query over the whole dataset does better, which costs as much as the dataset is large: a fleet's calls are small, its dataset is not.</summary>
    private const int SegmentsLookedUpSingly = 1_024;

    /// <summary>Asked for before a call.</summary>
    public async Task<CallStart> StartAsync(CancellationToken cancellationToken) => new((await store.EndAsync(cancellationToken)).Head, settlement.Standstills);

    public async Task<RegisterResponse> OfAsync(
        string datasetName, RegisterOutcome outcome, CallStart before, bool wait, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        RegisteredLine[] lines = [.. outcome.Recordings.Select(RegisteredLine.Of)];
        try
        {
            return await OfTablesAsync(datasetName, outcome, lines, before, wait, progress, cancellationToken);
        }
        catch (Exception e) when (e is ProjectionBehindException or ReadModelStorageException or LogStorageException)
        {
            // The append is committed: whoever asked must learn of it, whatever the tables are able to show.
            return new(datasetName, outcome.DatasetCreated, outcome.Position, lines, [], OpenEvaluations: 0, YieldedGroup.Of(outcome.Yielded), (e as ProjectionBehindException)?.Reason ?? e.Message);
        }
    }

    private async Task<RegisterResponse> OfTablesAsync(
        string datasetName, RegisterOutcome outcome, RegisteredLine[] lines, CallStart before, bool wait, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var lag = await QuarantineLagAsync(outcome, cancellationToken);
        if (outcome.Dataset is not { } dataset)
        {
            return new(datasetName, false, outcome.Position, lines, [], OpenEvaluations: 0, [], lag);
        }

        var segments = outcome.Recordings
            .Where(r => r.Status is RegistrationStatus.Registered or RegistrationStatus.Replaced or RegistrationStatus.Known)
            .Select(r => r.Segment)
            .OfType<string>()
            .ToImmutableHashSet(StringComparer.Ordinal);
        wait &= somebodyDerives.Value;
        string? standstill = null;
        if (wait)
        {
            try
            {
                await settlement.WaitAsync(dataset, segments, before.Standstills, progress, cancellationToken);
            }
            catch (WorkStandsStillException e)
            {
                (standstill, wait) = (e.Reason, false);
            }
        }

        // Who does not wait is answered at once: what the rules came to for thousands of segments is not looked up then.
        var open = wait ? 0 : await models.Work.CountOpenAsync(dataset, cancellationToken);
        var evaluations = wait || segments.Count <= SegmentsLookedUpAtOnce ? await EvaluationsAsync(models, dataset, segments, cancellationToken) : [];
        var derivers = (await models.Rules.ReadAsync(dataset, asOf: null, cancellationToken)).ToDictionary(r => r.Rule, r => r.Deriver, StringComparer.Ordinal);
        lines = [.. lines.Select(line => BrokenStanding.Explain(line, datasetName, evaluations, before.Position))];
        return new(datasetName, outcome.DatasetCreated, outcome.Position, lines, DerivationGroup.Of(evaluations, segments, before.Position, derivers), open, YieldedGroup.Of(outcome.Yielded), lag, somebodyDerives.Value, StandstillReason: standstill, HasRules: derivers.Count > 0);
    }

    /// <summary>Who is told of a quarantined recording finds it in the quarantine, whose tables follow the log by themselves.</summary>
    /// <returns>Why they do not show it; null: they do, or there is nothing to show.</returns>
    private async Task<string?> QuarantineLagAsync(RegisterOutcome outcome, CancellationToken cancellationToken)
    {
        if (!outcome.Recordings.Any(r => r.Status == RegistrationStatus.Quarantined))
        {
            return null;
        }

        try
        {
            await catalog.FleetCaughtUpAsync(cancellationToken);
            return null;
        }
        catch (ProjectionBehindException behind)
        {
            return behind.Reason;
        }
    }

    private static async Task<IReadOnlyList<EvaluationRow>> EvaluationsAsync(
        IReadModels models, DatasetId dataset, ImmutableHashSet<string> segments, CancellationToken cancellationToken)
    {
        if (segments.Count > SegmentsLookedUpSingly)
        {
            return await models.Evaluations.ReadAsync(dataset, segment: null, asOf: null, cancellationToken);
        }

        var rows = new List<EvaluationRow>();
        foreach (var segment in segments)
        {
            rows.AddRange(await models.Evaluations.ReadAsync(dataset, segment, asOf: null, cancellationToken));
        }

        return rows;
    }
}

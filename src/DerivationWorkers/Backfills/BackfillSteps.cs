using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>
/// One step of a back-fill: its next page, once the one before is settled, no other work waits and its rate allows it; its end when there are no more segments; its
/// cancellation when its rule is not what it was.
/// </summary>
internal sealed class BackfillSteps(BackfillPorts ports, DeriverRegistry derivers, TimeProvider time, ILogger logger)
{
    /// <summary>Where recordings never stop coming a back-fill still goes on, in small pages.</summary>
    public static readonly TimeSpan LongestYield = TimeSpan.FromSeconds(30);

    /// <summary>Waits for a change, as long as the driver likes.</summary>
    private static readonly TimeSpan OnChange = TimeSpan.MaxValue;

    private static readonly EventSource Driver = new("serve", "backfill");

    private readonly BackfillSelection _selection = new(ports.ReadModels.Backfills, ports.Conditions);
    private readonly Dictionary<string, BackfillPace> _paces = new(StringComparer.Ordinal);

    /// <returns>After how long to look again at the latest, also where nothing changed.</returns>
    public async Task<TimeSpan> StepAsync(BackfillRow backfill, CancellationToken cancellationToken)
    {
        if (!_paces.TryGetValue(backfill.BackfillId, out var pace))
        {
            _paces.Add(backfill.BackfillId, pace = new());
        }

        if (backfill.Progress.Open > 0)
        {
            return OnChange;
        }

        pace.Settled(time);
        if (!await IsWantedAsync(backfill, cancellationToken).ConfigureAwait(false))
        {
            return OnChange;
        }

        if (DueIn(backfill) is { } due && due > TimeSpan.Zero)
        {
            return due;
        }

        var size = pace.Segments;
        if (await ports.ReadModels.Backfills.AnyOtherWorkAsync(cancellationToken).ConfigureAwait(false))
        {
            pace.YieldsSince ??= time.GetTimestamp();
            if (LongestYield - time.GetElapsedTime(pace.YieldsSince.Value) is { Ticks: > 0 } left)
            {
                return left;
            }

            size = BackfillPace.Fewest;
        }

        await AdmitAsync(backfill, pace, Math.Min(size, backfill.RatePerSecond ?? size), cancellationToken).ConfigureAwait(false);
        return OnChange;
    }

    private async Task AdmitAsync(BackfillRow backfill, BackfillPace pace, int size, CancellationToken cancellationToken)
    {
        var progress = backfill.Progress;
        var query = new BackfillQuery(backfill.Dataset, backfill.Rule, backfill.DeriverVersion, backfill.Forced, backfill.StartPosition, progress.LastSegment);
        var segments = await _selection.ReadAsync(query, backfill.Where, cancellationToken).Take(size).Select(c => c.Segment).ToListAsync(cancellationToken).ConfigureAwait(false);
        var command = new AdmitBackfill(
            backfill.BackfillId, backfill.Dataset, backfill.Rule, backfill.Revision, backfill.Version, progress.Pages, progress.Admitted, segments.ToEquatableArray());
        if (await ports.Backfills.AdmitBackfillAsync(command, cancellationToken).ConfigureAwait(false) is null)
        {
            logger.LogDebug("Back-fill {Backfill}: somebody else changed it; looking again", backfill.BackfillId);
        }
        else if (segments.Count > 0)
        {
            pace.Admitted(segments.Count, time.GetTimestamp());
        }
        else
        {
            _paces.Remove(backfill.BackfillId);
            logger.LogInformation(
                "Back-fill {Backfill} of rule {Rule} is finished: {Derived} derived, {Skipped} skipped, {Failed} failed", backfill.BackfillId, backfill.Rule, progress.Derived, progress.Skipped, progress.Failed);
        }
    }

    /// <summary>False where it is not this process's to go on with it, or where it is over.</summary>
    private async Task<bool> IsWantedAsync(BackfillRow backfill, CancellationToken cancellationToken)
    {
        var rules = await ports.ReadModels.Rules.ReadAsync(backfill.Dataset, asOf: null, cancellationToken).ConfigureAwait(false);
        var rule = rules.FirstOrDefault(r => r.Rule == backfill.Rule);
        if (rule is null)
        {
            return await CancelAsync(backfill, $"rule '{backfill.Rule}' does not stand any more", cancellationToken).ConfigureAwait(false);
        }

        if (rule.Revision != backfill.Revision)
        {
            return await CancelAsync(
                backfill, $"rule '{backfill.Rule}' has revision {rule.Revision} now, and this applied revision {backfill.Revision}; a new back-fill applies that one", cancellationToken).ConfigureAwait(false);
        }

        var version = derivers.Find(rule.Deriver)?.Version ?? 0;
        return version > backfill.DeriverVersion
            ? await CancelAsync(
                backfill, $"deriver '{rule.Deriver}' has version {version} now, and this asked for version {backfill.DeriverVersion}; a new back-fill asks for that one", cancellationToken).ConfigureAwait(false)
            : version == backfill.DeriverVersion;
    }

    private async Task<bool> CancelAsync(BackfillRow backfill, string reason, CancellationToken cancellationToken)
    {
        logger.LogWarning("Back-fill {Backfill} ends: {Reason}", backfill.BackfillId, reason);
        try
        {
            await ports.Backfills.SteerBackfillAsync(new SteerBackfill(backfill.BackfillId, BackfillStep.Cancel, reason, Driver), cancellationToken).ConfigureAwait(false);
        }
        catch (CommandRefusedException refused)
        {
            logger.LogDebug("Back-fill {Backfill}: {Reason}", backfill.BackfillId, refused.Message);
        }

        _paces.Remove(backfill.BackfillId);
        return false;
    }

    /// <summary>By the log's time of the last page, so that a restart changes nothing of the rate. Null: at once.</summary>
    private TimeSpan? DueIn(BackfillRow backfill)
    {
        if (backfill.RatePerSecond is not { } rate || backfill.Progress.Pages == 0)
        {
            return null;
        }

        var admittedAt = DateTimeOffset.UnixEpoch.AddTicks(backfill.Progress.LastAdmittedAtNs / TimeSpan.NanosecondsPerTick);
        var takes = TimeSpan.FromSeconds((double)backfill.Progress.LastPageSegments / rate);
        var left = admittedAt + takes - time.GetUtcNow();

        // Where the clocks of two machines differ a page is late by no more than it takes.
        return left < takes ? left : takes;
    }
}

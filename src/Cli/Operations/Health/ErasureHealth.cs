using Strata.EventStore;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Who asked for an erasure must be able to rely on it: one that cannot be finished is told until it is.</summary>
internal sealed class ErasureHealth(IEventStore events, IErasePurged erasure) : IPartHealth
{
    public const string PartName = "erasure";

    public string Name => PartName;

    public async Task<PartFinding> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var unfinished = await PurgedSegments.ReadUnfinishedAsync(events, cancellationToken);
            return unfinished.Count == 0 && await erasure.ReadLeftoverAsync(cancellationToken) is { } leftover
                ? new(HealthStatus.Ok, $"of purged segments: {leftover}")
                : Look(unfinished.Count, erasure.Failure);
        }
        catch (LogStorageException)
        {
            // The part of the log says what is the matter with it.
            return new(HealthStatus.Ok, "not looked at: the log cannot be read");
        }
    }

    private static PartFinding Look(int unfinished, ErasureFailure? failure) => (unfinished, failure) switch
    {
        (0, _) => PartFinding.Ok,
        (_, null) => new(HealthStatus.Ok, $"{Cells.Count(unfinished, "purged segment")} to be erased"),
        _ => PartFinding.Degraded(
            $"{Cells.Count(unfinished, "purged segment")} cannot be erased, tried {Cells.Count(failure.Attempts, "time")}: {failure.Reason}",
            $"mend that: it is tried again by itself, within {PurgeFinisher.LongestPause.TotalMinutes:N0} min, and at once by the 'strata purge' that 'strata doctor' names"),
    };
}

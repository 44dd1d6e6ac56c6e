using Microsoft.Extensions.Hosting;
using Strata.Projections;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Workers whose storage refuses what they make say so once a try; this remembers it for as long as there is work that waits.</summary>
internal sealed class WorkersHealth(WorkStandstills standstills, IReadModels models, StoreStanding standing, TimeProvider time) : BackgroundService, IPartHealth
{
    /// <summary>The longest pause between two tries of postponed work, and a little more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(12);

    private volatile Told? _last;

    public string Name => "workers";

    public async Task<PartFinding> LookAsync(CancellationToken cancellationToken) =>
        standing.Refusal is { } refusal
            ? PartFinding.Degraded($"the workers of this server stand aside and leave the work to others: {refusal.Message}", refusal.Next)
        : _last is { } last && time.GetElapsedTime(last.Timestamp) < Remembered && await models.Work.CountOpenAsync(null, cancellationToken) is > 0 and var open
            ? PartFinding.Degraded($"derivations stand still ({open} wait): {last.Reason}", "mend the storage; they are tried again by themselves")
            : PartFinding.Ok;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var told = 0L; ; told = standstills.Told)
            {
                _last = new(await standstills.AfterAsync(told, stoppingToken), time.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _last = null;
        }
    }

    private sealed record Told(string Reason, long Timestamp);
}

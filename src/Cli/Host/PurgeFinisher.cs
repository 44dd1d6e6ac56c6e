using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>
/// Finishes what a purge left to do that was cut short or met a refusal: at start, and again until it is done. What this process cannot finish is in <c>/health</c>.
/// Source: DESIGN rules 10 and 15.
/// </summary>
internal sealed class PurgeFinisher(IEventStore events, IErasePurged erasure, TimeProvider time, ILogger<PurgeFinisher> logger) : BackgroundService
{
    /// <summary>What somebody is about to finish is not taken out of their hands: only what two looks have found is.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>A try reads the whole log while nobody can register: what is refused for hours must not hold up others again and again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    private IReadOnlyList<UnfinishedPurge>? _seen;

    public static TimeSpan PauseAfter(int attempts)
    {
        var pause = LookEvery;
        for (var i = 1; i < attempts && pause < LongestPause; i++)
        {
            pause *= 2;
        }

        return pause < LongestPause ? pause : LongestPause;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Off the starting thread: a long log must not hold up the start of the others.
                await Task.Run(() => LookAsync(stoppingToken), stoppingToken);
                await Task.Delay(erasure.Failure is { } failure ? PauseAfter(failure.Attempts) : LookEvery, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("purge: stopped");
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (before, now) = (_seen, await PurgedSegments.ReadUnfinishedAsync(events, cancellationToken));
            _seen = now;
            if (now.Count > 0 && (before is null || erasure.Failure is not null || now.Any(before.Contains)))
            {
                await FinishAsync(cancellationToken);
            }
        }
#pragma warning disable CA1031 // whatever stands in the way is told here and in /health, and may be gone the next time
        catch (Exception refused) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Warn(refused.Message);
        }
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        var report = await erasure.EraseAsync(progress: null, cancellationToken);
        if (report.Segments > 0)
        {
            logger.LogInformation("purge: finished for {Segments} segments: {Files} files and {Blobs} blobs are gone", report.Segments, report.Files, report.Blobs);
        }

        if (erasure.Failure is { } failure)
        {
            Warn(failure.Reason);
        }
    }

    private void Warn(string reason) => logger.LogWarning(
        "purge: cannot be finished: {Reason}; it is tried again in {Minutes} min, and by the next 'strata purge'",
        reason,
        (erasure.Failure is { } failure ? PauseAfter(failure.Attempts) : LookEvery).TotalMinutes.ToString("N0", CultureInfo.InvariantCulture));
}

using Microsoft.Extensions.Logging;

namespace Strata.DerivationWorkers;

/// <summary>
/// Wakes the worker whenever the tables move: faster than a message where they are folded in this process, and messages and the sweep do it too. Where the tables stand still
/// it looks again until they move, however long a person needs to mend them.
/// </summary>
/// <param name="nextChange">Ends when the tables have moved.</param>
internal sealed class TableFollower(Func<CancellationToken, Task> nextChange, WakeSignal wake, TimeSpan sweepEvery, TimeProvider time, ILogger logger)
{
    /// <summary>Soon enough that nobody who mended them notices, and nothing for a process to do.</summary>
    public static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        var follows = true;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (await WaitForChangeAsync(stop).ConfigureAwait(false) is not { } fault)
                {
                    follows = true;
                    wake.Set();
                    continue;
                }

                if (follows)
                {
                    logger.LogWarning("The read models do not move; messages and the sweep every {Sweep} still find work: {Message}", sweepEvery, fault.Message);
                    logger.LogDebug(fault, "Where it happened");
                }

                follows = false;
                await Task.Delay(LookAgainAfter, time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    /// <returns>Why there was no change; null when there was one.</returns>
    private async Task<Exception?> WaitForChangeAsync(CancellationToken stop)
    {
        try
        {
            await nextChange(stop).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Parked, behind, or a database that is away: the projections say so themselves, and go on when they can.
        catch (Exception fault) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return fault;
        }
    }
}

using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>
/// Goes on with back-fills, in one process of all at a time. It has no queue and remembers nothing that counts: which segments were admitted and which still need it stands in
/// the read models, so it may be killed at any point. The lease only spares others the same looks; a page that two of them admit is refused to the second one.
/// </summary>
public sealed class BackfillDriver(BackfillPorts ports, DeriverRegistry derivers, TimeProvider time, ILogger<BackfillDriver> logger)
{
    public const string LeaseName = "backfills";

    /// <summary>After a kill back-fills stand still for so long.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    /// <summary>Where nothing is to be driven a look at each change would be one for each batch of a busy log.</summary>
    private static readonly TimeSpan IdleLook = TimeSpan.FromMilliseconds(200);

    private readonly BackfillSteps _steps = new(ports, derivers, time, logger);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await TurnAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It stops; whoever comes next goes on from the log.
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            var position = ports.ReadModels.Position;
            if ((await ports.ReadModels.Backfills.RunningAsync(cancellationToken).ConfigureAwait(false)).Count == 0)
            {
                await ports.ReadModels.WaitForChangeAsync(position, cancellationToken).ConfigureAwait(false);
                await Task.Delay(IdleLook, time, cancellationToken).ConfigureAwait(false);
            }
            else if (await ports.Leases.AcquireAsync(LeaseName, ports.Owner, Lease, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                await DriveAsync(lease, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(AskAgain, time, cancellationToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Back-fills outlive a store or tables that are away: it is told, and tried again.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.LogWarning("Back-fills cannot go on for the moment; trying again in {Pause}: {Message}", AskAgain, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            await Task.Delay(AskAgain, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DriveAsync(Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                await ports.ReadModels.WaitForAsync(await ports.Log.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                var position = ports.ReadModels.Position;
                var running = await ports.ReadModels.Backfills.RunningAsync(cancellationToken).ConfigureAwait(false);
                if (running.Count == 0)
                {
                    return;
                }

                var pause = Lease / 3;
                foreach (var backfill in running)
                {
                    var next = await _steps.StepAsync(backfill, cancellationToken).ConfigureAwait(false);
                    pause = next < pause ? next : pause;
                }

                await ChangeAsync(position, pause, cancellationToken).ConfigureAwait(false);
            }
            while (await ports.Leases.RenewAsync(lease, Lease, cancellationToken).ConfigureAwait(false));
            logger.LogWarning("Another process drives back-fills now");
        }
        finally
        {
            await ports.Leases.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ChangeAsync(long position, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await ports.ReadModels.WaitForChangeAsync(position, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look by itself.
        }
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>
/// Gathers results into groups that share a flush and an append. A group is closed when it is full, when nothing more is being computed, or when its first
/// result has waited long enough; while one is flushed the next one fills.
/// </summary>
internal sealed class ResultFlush(
    ChannelReader<EvaluationResult> results,
    EvaluationCommit commit,
    ClaimsHeld held,
    ByteBudget budget,
    WakeSignal wake,
    WorkerOptions options,
    TimeProvider time,
    WorkStandstills standstills,
    ILogger logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await results.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var group = await GatherAsync().ConfigureAwait(false);
            try
            {
                await commit.CommitAsync(group, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning("Stopped before {Count} results were registered; their claims run out and they are evaluated again", group.Count);
            }
#pragma warning disable CA1031 // The claims run out and the items are evaluated again: nothing is lost, and the worker goes on.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                logger.LogError("{Count} results were not settled; their claims run out and they are evaluated again: {Message}", group.Count, fault.Message);
                logger.LogDebug(fault, "Where it happened");
                if (Faults.StandsStill(fault))
                {
                    standstills.Tell(fault.Message);
                }
            }
            finally
            {
                LetGo(group);
            }
        }
    }

    private async Task<List<EvaluationResult>> GatherAsync()
    {
        var group = new List<EvaluationResult>();
        var bytes = 0L;
        using var lingered = new CancellationTokenSource(options.Linger, time);
        while (true)
        {
            while (group.Count < options.BatchItems && bytes < options.BatchBytes && results.TryRead(out var result))
            {
                group.Add(result);
                bytes += BytesOf(result);
            }

            if (group.Count >= options.BatchItems || bytes >= options.BatchBytes || held.Undecided == 0 || lingered.IsCancellationRequested)
            {
                return group;
            }

            try
            {
                if (!await results.WaitToReadAsync(lingered.Token).ConfigureAwait(false))
                {
                    return group;
                }
            }
            catch (OperationCanceledException)
            {
                return group;
            }
        }
    }

    private void LetGo(IReadOnlyList<EvaluationResult> group)
    {
        budget.Release(group.Sum(BytesOf));
        foreach (var result in group)
        {
            held.LetGo(result.Claimed);
        }

        wake.Set();
    }

    private static long BytesOf(EvaluationResult result) => result is EvaluationResult.Computed computed ? computed.Rrd.Length : 0;
}

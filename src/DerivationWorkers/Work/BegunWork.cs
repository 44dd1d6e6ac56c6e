using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>
/// Hands prepared work to those who evaluate it, and counts each attempt before that: what was only claimed and waits its turn is no attempt of anything, should the
/// process be killed. Source: DESIGN rule 8.
/// </summary>
internal sealed class BegunWork(
    ChannelReader<PreparedWork> prepared, ChannelWriter<EvaluationResult> results, IWorkClaims claims, ClaimsHeld held, TransientRetry retry, WorkerOptions options, ILogger logger) : IDisposable
{
    /// <summary>
    /// Counting costs a flush to disk, so what is evaluated within so short a time is begun together, and after a kill each of it has to show alone that it was not to blame.
    /// Of work that takes longer only what is being evaluated has begun.
    /// </summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(50);

    /// <summary>How much a single evaluation moves the mean: a slow one among many quick ones is no reason to begin them one by one.</summary>
    private const int Memory = 8;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Queue<PreparedWork> _begun = new();
    private long _meanTicks = long.MaxValue;

    /// <returns>Null when there is no more work and never will be.</returns>
    public async Task<PreparedWork?> NextAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            while (_begun.Count == 0)
            {
                if (!await prepared.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    return null;
                }

                await BeginAsync(Take(), stop).ConfigureAwait(false);
            }

            return _begun.Dequeue();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How long the evaluation of one took.</summary>
    public void Took(TimeSpan duration)
    {
        var mean = Volatile.Read(ref _meanTicks);
        Volatile.Write(ref _meanTicks, mean == long.MaxValue ? duration.Ticks : mean + ((duration.Ticks - mean) / Memory));
    }

    public void Dispose() => _turn.Dispose();

    private List<PreparedWork> Take()
    {
        var mean = Math.Max(1, Volatile.Read(ref _meanTicks));
        var count = Math.Clamp(Together.Ticks / mean * options.Parallelism, 1, options.BatchItems);
        var taken = new List<PreparedWork>();
        while (taken.Count < count && prepared.TryRead(out var next))
        {
            taken.Add(next);
        }

        return taken;
    }

    private async Task BeginAsync(List<PreparedWork> work, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            var kept = await retry.RunAsync(token => claims.BeginAsync([.. work.Select(w => w.Claimed.Claim)], token), stop).ConfigureAwait(false);
            var keptIds = kept.Select(c => c.WorkId).ToHashSet();
            foreach (var one in work)
            {
                if (keptIds.Contains(one.Claimed.Claim.WorkId))
                {
                    _begun.Enqueue(one);
                    continue;
                }

                await one.Claimed.LoseAsync().ConfigureAwait(false);
                Answer(new EvaluationResult.Abandoned(one.Claimed));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            work.ForEach(w => Answer(new EvaluationResult.Abandoned(w.Claimed)));
        }
#pragma warning disable CA1031 // Whatever the store failed of, the items become due again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.LogWarning("{Count} evaluations could not be begun and wait: {Message}", work.Count, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            work.ForEach(w => Answer(new EvaluationResult.Postponed(w.Claimed, PostponedReason.Transient, $"the attempt could not be counted: {fault.Message}")));
        }
    }

    private void Answer(EvaluationResult result)
    {
        held.Decide();
        results.TryWrite(result);
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>
/// Hands prepared work to those who evaluate it, and counts each attempt before that: what was only claimed and waits its turn is no attempt of anything, should the
/// process be killed. What is not on the work list any more by then is not begun: of an input that was replaced again and again only the last is derived. Source: DESIGN rule 8.
/// </summary>
internal sealed class BegunWork(
    ChannelReader<PreparedWork> prepared, ChannelWriter<EvaluationResult> results, IWorkClaims claims, IWorkList list, ClaimsHeld held, TransientRetry retry, WorkerOptions options, ILogger logger) : IDisposable
{
    /// <summary>
    /// Counting costs a flush to disk, so what is evaluated within so short a time is begun together, and as much again while that is evaluated; after a kill each of it has to
    /// show alone that it was not to blame. Of work that takes longer only what is being evaluated has begun.
    /// </summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(100);

    /// <summary>How much a single evaluation moves the mean: a slow one among many quick ones is no reason to begin them one by one.</summary>
    private const int Memory = 8;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Queue<PreparedWork> _begun = new();
    private long _meanTicks = long.MaxValue;
    private Task<IReadOnlyList<PreparedWork>>? _ahead;
    private int _together = 1;

    /// <returns>Null when there is no more work and never will be.</returns>
    public async Task<PreparedWork?> NextAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (_begun.Count == 0 && _ahead is not null)
                {
                    Enqueue(await _ahead.ConfigureAwait(false));
                    _ahead = null;
                }

                if (_begun.TryDequeue(out var next))
                {
                    BeginAhead(stop);
                    return next;
                }

                if (!await prepared.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    return null;
                }

                Enqueue(await BeginAsync(Take(), stop).ConfigureAwait(false));
            }
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

    /// <summary>Quick work does not wait for the flush: the next group is counted while the second half of this one is evaluated.</summary>
    private void BeginAhead(CancellationToken stop)
    {
        if (_ahead is null && _together > options.Parallelism && _begun.Count <= _together / 2 && prepared.TryPeek(out _))
        {
            _ahead = BeginAsync(Take(), stop);
        }
    }

    private void Enqueue(IReadOnlyList<PreparedWork> begun)
    {
        foreach (var one in begun)
        {
            _begun.Enqueue(one);
        }
    }

    private List<PreparedWork> Take()
    {
        var mean = Math.Max(1, Volatile.Read(ref _meanTicks));
        _together = (int)Math.Clamp(Together.Ticks / mean * options.Parallelism, 1, options.BatchItems);
        var taken = new List<PreparedWork>();
        while (taken.Count < _together && prepared.TryRead(out var next))
        {
            taken.Add(next);
        }

        return taken;
    }

    /// <returns>What may be evaluated; of all else it has told what became of it.</returns>
    private async Task<IReadOnlyList<PreparedWork>> BeginAsync(List<PreparedWork> work, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            work = await WithoutGoneAsync(work, stop).ConfigureAwait(false);
            if (work.Count == 0)
            {
                return [];
            }

            var kept = await retry.RunAsync(token => claims.BeginAsync([.. work.Select(w => w.Claimed.Claim)], token), stop).ConfigureAwait(false);
            var keptIds = kept.Select(c => c.WorkId).ToHashSet();
            foreach (var lost in work.Where(w => !keptIds.Contains(w.Claimed.Claim.WorkId)))
            {
                await lost.Claimed.LoseAsync().ConfigureAwait(false);
                Answer(new EvaluationResult.Abandoned(lost.Claimed));
            }

            return [.. work.Where(w => keptIds.Contains(w.Claimed.Claim.WorkId))];
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            work.ForEach(w => Answer(new EvaluationResult.Abandoned(w.Claimed)));
            return [];
        }
#pragma warning disable CA1031 // Whatever the store failed of, the items become due again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.LogWarning("{Count} evaluations could not be begun and wait: {Message}", work.Count, fault.Message);
            logger.LogDebug(fault, "Where it happened");
            work.ForEach(w => Answer(new EvaluationResult.Postponed(w.Claimed, PostponedReason.Transient, $"the attempt could not be counted: {fault.Message}")));
            return [];
        }
    }

    /// <summary>Those that the read models still list; what they do not list any more was settled or replaced, and nothing else can follow from it.</summary>
    private async Task<List<PreparedWork>> WithoutGoneAsync(List<PreparedWork> work, CancellationToken stop)
    {
        try
        {
            return await StillListedAsync(work, stop).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It only saves work in vain: what comes of that is refused as superseded.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.LogDebug(fault, "The work list could not be looked at before {Count} evaluations", work.Count);
            return work;
        }
    }

    private async Task<List<PreparedWork>> StillListedAsync(List<PreparedWork> work, CancellationToken stop)
    {
        var listed = new HashSet<Sha256Digest>();
        foreach (var ofDataset in work.Select(w => w.Claimed.Item).GroupBy(item => item.Dataset))
        {
            var open = await list.OpenAsync(ofDataset.Key, [.. ofDataset.Select(item => item.Segment).Distinct(StringComparer.Ordinal)], asOf: null, stop).ConfigureAwait(false);
            listed.UnionWith(open.Select(ClaimKeys.Of));
        }

        foreach (var gone in work.Where(w => !listed.Contains(w.Claimed.Claim.WorkId)))
        {
            Answer(new EvaluationResult.Stale(gone.Claimed));
        }

        return [.. work.Where(w => listed.Contains(w.Claimed.Claim.WorkId))];
    }

    private void Answer(EvaluationResult result)
    {
        held.Decide(result.Claimed);
        results.TryWrite(result);
    }
}

using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>What this worker holds: bounds how much it takes, renews its claims, and knows whether anything is still being computed.</summary>
internal sealed class ClaimsHeld(IWorkClaims claims, WorkerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<Sha256Digest, ClaimedItem> _items = new();
    private readonly WakeSignal _room = new();
    private readonly BatchPace _pace = new(options);
    private readonly ConcurrentDictionary<string, int> _byLane = new(StringComparer.Ordinal);
    private int _undecided;
    private volatile bool _alone;
    private long _renewedAt = time.GetTimestamp();

    /// <summary>Without those of outside derivers: nothing waits for these.</summary>
    public int Count => _items.Count - _byLane.Values.Sum();

    /// <summary>Of one lane of outside derivers.</summary>
    public int CountOf(string lane) => _byLane.GetValueOrDefault(lane);

    /// <summary>Items that are claimed and not evaluated yet, without those of outside derivers; 0 means that waiting for more results is in vain.</summary>
    public int Undecided => Volatile.Read(ref _undecided);

    /// <summary>How many to claim at once.</summary>
    public int BatchItems => _pace.Items;

    /// <summary>What is held stays alone.</summary>
    public bool IsOneAlone => _alone && Count > 0;

    public bool Holds(Sha256Digest claimKey) => _items.ContainsKey(claimKey);

    /// <param name="isAlone">Nothing is to be taken beside it until it is let go.</param>
    public void Take(IReadOnlyCollection<ClaimedItem> items, bool isAlone)
    {
        _alone = isAlone || IsOneAlone;
        Interlocked.Add(ref _undecided, items.Count(i => !i.IsOutside));
        foreach (var item in items)
        {
            CountInLane(item, 1);
            item.TakenAt = time.GetTimestamp();
            _items[item.Claim.WorkId] = item;
        }

        WorkerMeasures.Hold(items.Count);
    }

    public void Decide(ClaimedItem item)
    {
        if (!item.IsOutside)
        {
            Interlocked.Decrement(ref _undecided);
        }
    }

    public void LetGo(ClaimedItem item)
    {
        if (_items.TryRemove(item.Claim.WorkId, out _))
        {
            CountInLane(item, -1);
            if (!item.IsOutside)
            {
                _alone = false;
                _pace.Done(time.GetElapsedTime(item.TakenAt));
            }

            WorkerMeasures.Hold(-1);
            item.Dispose();
            _room.Set();
        }
    }

    /// <summary>Ends when a page of items may be claimed without holding more than two: one that computes, one that is flushed.</summary>
    public async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (Count > BatchItems)
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Renews all claims; those that are lost say so to whoever works on them.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var held = _items.Values.ToArray();
        if (held.Length == 0)
        {
            Interlocked.Exchange(ref _renewedAt, time.GetTimestamp());
            return;
        }

        var started = time.GetTimestamp();
        var kept = await claims.RenewAsync([.. held.Select(i => i.Claim)], options.Lease, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _renewedAt, started);
        var keptIds = kept.Select(c => c.WorkId).ToHashSet();
        foreach (var item in held)
        {
            if (!keptIds.Contains(item.Claim.WorkId) && Holds(item.Claim.WorkId))
            {
                await item.LoseAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Before results are acted upon: a process that was stopped for longer than a lease asks first whether it still holds anything.</summary>
    public Task RenewIfOldAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(Interlocked.Read(ref _renewedAt)) > options.Lease / 2 ? RenewAsync(cancellationToken) : Task.CompletedTask;

    private void CountInLane(ClaimedItem item, int by)
    {
        if (item.Lane is { } lane)
        {
            _byLane.AddOrUpdate(lane, by, (_, held) => held + by);
        }
    }
}

using Strata.Projections.Folding;

namespace Strata.Projections.Running;

/// <summary>
/// Hands each batch to all who are about to fold it, so that the log is read and decoded once for several projections. Who is far from the others reads for itself.
/// </summary>
/// <param name="read">Null: nothing follows that position yet.</param>
/// <param name="isCurrent">Whether what was read before may still be handed out.</param>
internal sealed class SharedBatches(Func<long, CancellationToken, Task<FoldBatch?>> read, Func<FoldBatch, bool> isCurrent)
{
    /// <summary>How far one may be ahead of another that still profits; each batch in flight costs the collector (<see cref="BatchReader.BatchEvents"/>).</summary>
    private const int MostKept = 2;

    /// <summary>Longer than a batch takes: who is held up by more than that holds up nobody else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<Follower> _followers = [];
    private readonly Queue<(long After, Task<FoldBatch?> Batch)> _kept = [];
    private TaskCompletionSource _moved = NewSignal();

    /// <param name="after">From where on.</param>
    public Follower Join(long after)
    {
        var follower = new Follower(this, after);
        lock (_lock)
        {
            _followers.Add(follower);
        }

        return follower;
    }

    private async Task<FoldBatch?> NextAsync(Follower follower, CancellationToken cancellationToken)
    {
        var isPatient = true;
        while (true)
        {
            var (asked, moved) = Ask(follower, isPatient, cancellationToken);
            if (asked is not { } batch)
            {
                isPatient = await IsBeforeAsync(moved, cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                var found = await batch.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (found is not null && isCurrent(found))
                {
                    Move(follower, found.NextPosition);
                    return found;
                }

                Drop(batch);
                if (found is null)
                {
                    return null;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Whoever began to read it was stopped; it says nothing of the log.
                Drop(batch);
            }
            catch
            {
                Drop(batch);
                throw;
            }
        }
    }

    /// <returns>The batch, being read; none where another one still needs what would have to go for it, and a signal that this has changed.</returns>
    private (Task<FoldBatch?>? Batch, Task Moved) Ask(Follower follower, bool isPatient, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var (after, kept) in _kept)
            {
                if (after == follower.After)
                {
                    return (kept, _moved.Task);
                }
            }

            if (_kept.Count >= MostKept)
            {
                var oldest = _kept.Peek().After;
                if (isPatient && _followers.Exists(other => other.After == oldest))
                {
                    return (null, _moved.Task);
                }

                _kept.Dequeue();
            }

            var batch = Task.Run(() => read(follower.After, cancellationToken), cancellationToken);
            _kept.Enqueue((follower.After, batch));
            return (batch, _moved.Task);
        }
    }

    private static async Task<bool> IsBeforeAsync(Task moved, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(moved, RunnerClock.OfThisMachine.DelayAsync(Patience, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == moved;
    }

    private void Move(Follower follower, long after)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            follower.After = after;
            moved = _moved;
            _moved = NewSignal();
        }

        moved.SetResult();
    }

    private void Drop(Task<FoldBatch?> batch)
    {
        lock (_lock)
        {
            var rest = _kept.Where(kept => kept.Batch != batch).ToArray();
            _kept.Clear();
            foreach (var kept in rest)
            {
                _kept.Enqueue(kept);
            }
        }
    }

    private void Leave(Follower follower)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            _followers.Remove(follower);
            if (_followers.Count == 0)
            {
                _kept.Clear();
            }

            moved = _moved;
            _moved = NewSignal();
        }

        moved.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One that takes batch after batch.</summary>
    internal sealed class Follower(SharedBatches shared, long after) : IDisposable
    {
        public long After { get; set; } = after;

        /// <returns>Null where nothing follows yet.</returns>
        public Task<FoldBatch?> NextAsync(CancellationToken cancellationToken) => shared.NextAsync(this, cancellationToken);

        public void Dispose() => shared.Leave(this);
    }
}

namespace Strata.Bus;

/// <param name="Workers">Consumers of the queue.</param>
/// <param name="Waiting">Jobs that none of them has yet.</param>
internal readonly record struct QueueCount(long Workers, long Waiting);

/// <summary>
/// Who wants to ask at one queue, in order of coming. A worker takes one job at a time, so no more are out from here than there are workers. Other processes ask there, too: while a job waits,
/// no other one is put behind it.
/// </summary>
internal sealed class QueueLine(TimeProvider time) : IDisposable
{
    /// <summary>What others ask, and workers that come and go, are seen this much later; a turn that ends here at once.</summary>
    internal static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _first = new(1, 1);
    private readonly Lock _gate = new();
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _out;

    public async Task<IDisposable> TakeTurnAsync(Func<Task<QueueCount>> look, CancellationToken cancellationToken)
    {
        await _first.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                var ended = Ended;
                var count = await look();
                if (count.Waiting == 0 && Volatile.Read(ref _out) < count.Workers)
                {
                    Interlocked.Increment(ref _out);
                    return new Turn(this);
                }

                await Task.WhenAny(ended, Task.Delay(Look, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _first.Release();
        }
    }

    public void Dispose() => _first.Dispose();

    private Task Ended
    {
        get
        {
            lock (_gate)
            {
                return _ended.Task;
            }
        }
    }

    private void End()
    {
        Interlocked.Decrement(ref _out);
        lock (_gate)
        {
            _ended.SetResult();
            _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Turn(QueueLine line) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                line.End();
            }
        }
    }
}

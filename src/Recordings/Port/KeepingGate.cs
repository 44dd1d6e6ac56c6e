namespace Strata.Recordings;

/// <summary>
/// Whoever makes bytes durable and then appends the event that names them shares this gate for as long as that takes; whoever takes bytes away holds it alone.
/// So no event comes to name bytes that were found there and are gone. One process has a data directory (its lock says so), so the gate is one of the process.
/// Source: DESIGN rule 15.
/// </summary>
public sealed class KeepingGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sharing;
    private bool _isAlone;

    /// <summary>May be asked for by one who shares it already.</summary>
    public Task<IDisposable> ShareAsync(CancellationToken cancellationToken) => EnterAsync(
        () =>
        {
            if (_isAlone)
            {
                return false;
            }

            _sharing++;
            return true;
        },
        () => _sharing--,
        cancellationToken);

    /// <summary>Waits for a moment in which nobody shares it.</summary>
    public Task<IDisposable> HoldAloneAsync(CancellationToken cancellationToken) => EnterAsync(
        () => !_isAlone && _sharing == 0 && (_isAlone = true),
        () => _isAlone = false,
        cancellationToken);

    private async Task<IDisposable> EnterAsync(Func<bool> tryEnter, Action leave, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (tryEnter())
                {
                    return new Stay(this, leave);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Leave(Action leave)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            leave();
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    private sealed class Stay(KeepingGate gate, Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _leave, null) is { } once)
            {
                gate.Leave(once);
            }
        }
    }
}

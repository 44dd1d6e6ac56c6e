namespace Strata.UnreliableBus;

/// <summary>A value that changes on other threads and that a test waits for.</summary>
public sealed class Watched<T>(T initial)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private T _value = initial;

    public T Value
    {
        get
        {
            lock (_lock)
            {
                return _value;
            }
        }
    }

    public void Change(Func<T, T> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _value = change(_value);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    public async Task<T> UntilAsync(Func<T, bool> reached, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (reached(_value))
                {
                    return _value;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

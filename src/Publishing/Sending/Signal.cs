namespace Strata.Publishing;

/// <summary>Wakes one waiter; what is set while nobody waits is not lost.</summary>
internal sealed class Signal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _set = New();

    public void Set()
    {
        lock (_lock)
        {
            _set.TrySetResult();
        }
    }

    /// <summary>What is set from now on counts.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            if (_set.Task.IsCompleted)
            {
                _set = New();
            }
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _set.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

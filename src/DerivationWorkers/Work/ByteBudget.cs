namespace Strata.DerivationWorkers;

/// <summary>Holds evaluations back while too many computed bytes wait for their flush.</summary>
internal sealed class ByteBudget(long limit)
{
    private readonly Lock _gate = new();
    private long _held;
    private TaskCompletionSource? _belowLimit;

    /// <summary>Ends when fewer bytes than the limit are held; one file larger than the limit still passes, alone.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_held < limit)
            {
                return Task.CompletedTask;
            }

            _belowLimit ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _belowLimit.Task.WaitAsync(cancellationToken);
        }
    }

    public void Hold(long bytes)
    {
        lock (_gate)
        {
            _held += bytes;
        }
    }

    public void Release(long bytes)
    {
        TaskCompletionSource? reached = null;
        lock (_gate)
        {
            _held -= bytes;
            if (_held < limit)
            {
                (reached, _belowLimit) = (_belowLimit, null);
            }
        }

        reached?.SetResult();
    }
}

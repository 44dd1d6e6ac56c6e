namespace Strata.Projections.Running;

/// <summary>How far the tables are, why they go no further, and who waits for them.</summary>
internal sealed class FoldProgress
{
    private readonly Lock _lock = new();
    private long _position;
    private ProjectionParkedException? _parked;
    private ProjectionLagException? _lag;
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _resumed = NewSignal();

    public long Position => Volatile.Read(ref _position);

    public (ProjectionParkedException? Parked, ProjectionLagException? Lag) Standstills
    {
        get
        {
            lock (_lock)
            {
                return (_parked, _lag);
            }
        }
    }

    /// <summary>Ends when somebody asks to try again. Take it before parking, so that no request falls between the two.</summary>
    public Task Resumed
    {
        get
        {
            lock (_lock)
            {
                return _resumed.Task;
            }
        }
    }

    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_position >= position)
                {
                    return;
                }

                if (_parked is not null)
                {
                    throw _parked.Again();
                }

                if (_lag is not null)
                {
                    throw new ProjectionLagException(_lag.Position, _lag.Reason);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Announce(long position)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _position = position;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    public ProjectionParkedException Park(ProjectionParkedException parked)
    {
        lock (_lock)
        {
            _parked = parked;
        }

        Announce(Position);
        return parked;
    }

    /// <summary>Somebody has mended what stood in the way: who waits from here on waits for the next attempt.</summary>
    public void Resume()
    {
        TaskCompletionSource resumed;
        lock (_lock)
        {
            _parked = null;
            resumed = _resumed;
            _resumed = NewSignal();
        }

        resumed.SetResult();
    }

    /// <summary>Whoever folds begins anew.</summary>
    public void GoOn()
    {
        lock (_lock)
        {
            _parked = null;
        }
    }

    public void Lag(string reason)
    {
        lock (_lock)
        {
            _lag = new ProjectionLagException(_position + 1, reason);
        }

        Announce(Position);
    }

    /// <summary>The end of a lag.</summary>
    public void Follow()
    {
        lock (_lock)
        {
            _lag = null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

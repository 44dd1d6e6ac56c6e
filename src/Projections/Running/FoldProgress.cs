namespace Strata.Projections.Running;

/// <summary>How far the tables are, why they go no further, and who waits for them.</summary>
/// <param name="noun">The tables, as whoever waits for them is told.</param>
internal sealed class FoldProgress(string noun)
{
    private const long NoRefusal = 0;

    private readonly Lock _lock = new();
    private long _position;
    private ProjectionParkedException? _parked;
    private ProjectionLagException? _lag;
    private long _refusals;
    private TaskCompletionSource _wanted = NewSignal();
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

    /// <summary>Ends when somebody waits who would be told of a lag: what stood in the way may be mended since.</summary>
    public Task Wanted
    {
        get
        {
            lock (_lock)
            {
                return _wanted.Task;
            }
        }
    }

    /// <summary>Ends at the position, or as whoever folds stands still. Of a lag that was there before, only another attempt that fails ends the wait, and it is asked for.</summary>
    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        var told = Want(position);
        await WaitForAsync(position, told, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="WaitForAsync(long, CancellationToken)"/>, but a lag ends it at once: whoever only follows hurries nobody.</summary>
    public Task FollowAsync(long position, CancellationToken cancellationToken) => WaitForAsync(position, NoRefusal, cancellationToken);

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
        var told = parked.Of(noun);
        lock (_lock)
        {
            _parked = told;
        }

        Announce(Position);
        return told;
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
            _lag = new ProjectionLagException(_position + 1, reason, noun);
            _refusals++;
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

    /// <returns>How often folding was refused so far.</returns>
    private long Want(long position)
    {
        TaskCompletionSource wanted;
        long refusals;
        lock (_lock)
        {
            if (_lag is null || _position >= position)
            {
                return NoRefusal;
            }

            refusals = _refusals;
            wanted = _wanted;
            _wanted = NewSignal();
        }

        wanted.SetResult();
        return refusals;
    }

    /// <param name="told">A lag of no more refusals than that is old.</param>
    private async Task WaitForAsync(long position, long told, CancellationToken cancellationToken)
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
                    throw _parked.Of(noun);
                }

                if (_lag is not null && _refusals > told)
                {
                    throw new ProjectionLagException(_lag.Position, _lag.Reason, noun);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

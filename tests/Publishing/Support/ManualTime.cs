namespace Strata.Publishing.Tests;

/// <summary>Time that passes when a test says so. The clock on the wall can be set apart from the one that timers go by.</summary>
internal sealed class ManualTime : TimeProvider
{
    /// <summary>A test that waits in vain fails instead of hanging.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _passed;
    private TimeSpan _wallOffset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Passed
    {
        get
        {
            lock (_lock)
            {
                return _passed;
            }
        }
    }

    /// <summary>Until the next timer; null while nobody waits.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _timers.Where(t => t.Due is not null).Min(t => t.Due) - _passed;
            }
        }
    }

    public override long GetTimestamp() => Passed.Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero) + _passed + _wallOffset;
        }
    }

    /// <summary>As when somebody, or a time server, sets the clock.</summary>
    public void SetWallClock(TimeSpan by)
    {
        lock (_lock)
        {
            _wallOffset += by;
        }
    }

    /// <summary>Waits until somebody waits for a time, and lets just that time pass.</summary>
    /// <returns>How long it was.</returns>
    public async Task<TimeSpan> PassToNextAsync()
    {
        while (true)
        {
            Task set;
            lock (_lock)
            {
                if (_timers.Where(t => t.Due is not null).Min(t => t.Due) is { } due)
                {
                    var before = _passed;
                    Pass(due - _passed);
                    return due - before;
                }

                set = _set.Task;
            }

            await set.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }

    public void Pass(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _passed += by;
            due = [.. _timers.Where(t => t.Due <= _passed)];
            due.ForEach(t => t.Due = t.Period > TimeSpan.Zero ? _passed + t.Period : null);
        }

        due.ForEach(t => t.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                (Due, Period) = (dueTime < TimeSpan.Zero ? null : time._passed + dueTime, period);
                if (!time._timers.Contains(this))
                {
                    time._timers.Add(this);
                }

                time._set.TrySetResult();
                time._set = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

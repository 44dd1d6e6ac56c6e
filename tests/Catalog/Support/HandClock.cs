using System.Collections.Concurrent;

namespace Strata.Catalog.Tests;

/// <summary>Time that passes when a test says so; who set a timer can be waited for.</summary>
internal sealed class HandClock : TimeProvider
{
    /// <summary>A test that waits in vain fails instead of hanging.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<HandTimer, byte> _timers = new();
    private readonly ConcurrentDictionary<(TimeSpan Due, int Times), TaskCompletionSource> _set = new();
    private readonly ConcurrentDictionary<TimeSpan, int> _times = new();
    private long _nowTicks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _nowTicks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _nowTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, callback, state);
        _timers[timer] = 0;
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends when somebody waits for that long, or when that many do.</summary>
    public Task WaitForTimerAsync(TimeSpan due, int times = 1) => Set(due, times).Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public void Advance(TimeSpan by)
    {
        var now = Interlocked.Add(ref _nowTicks, by.Ticks);
        foreach (var timer in _timers.Keys)
        {
            timer.FireIfDue(now);
        }
    }

    private TaskCompletionSource Set(TimeSpan due, int times) => _set.GetOrAdd((due, times), _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class HandTimer(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long _dueTicks = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Volatile.Write(ref _dueTicks, dueTime < TimeSpan.Zero ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks);
            clock.Set(dueTime, clock._times.AddOrUpdate(dueTime, 1, (_, before) => before + 1)).TrySetResult();
            return true;
        }

        public void FireIfDue(long now)
        {
            if (Interlocked.CompareExchange(ref _dueTicks, 0, 0) <= now)
            {
                Volatile.Write(ref _dueTicks, long.MaxValue);
                callback(state);
            }
        }

        public void Dispose() => clock._timers.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

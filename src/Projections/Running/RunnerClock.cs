#pragma warning disable RS0030 // the one place of this room that asks for the time: for leases, pauses and measures, and no row depends on it
namespace Strata.Projections.Running;

/// <summary>Time for the machinery around the folds. The folds have none: the same log gives the same rows whenever it is folded.</summary>
internal sealed class RunnerClock(TimeProvider time)
{
    private const long NanosecondsPerTick = 100;

    public long NowNs => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;

    public long Timestamp => time.GetTimestamp();

    public static RunnerClock OfThisMachine { get; } = new(TimeProvider.System);

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    public Task DelayAsync(TimeSpan pause, CancellationToken cancellationToken) => Task.Delay(pause, time, cancellationToken);
}

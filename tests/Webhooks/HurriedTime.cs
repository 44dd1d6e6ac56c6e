namespace Strata.Webhooks.Tests;

/// <summary>Time that passes ten thousand times as fast: pauses of minutes are over before anybody notices, and nothing has to be moved on by hand.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Factor = 10_000;

    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_began) * Factor);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Hurry(dueTime), Hurry(period));

    private static TimeSpan Hurry(TimeSpan span) => span <= TimeSpan.Zero ? span : TimeSpan.FromTicks(Math.Max(span.Ticks / Factor, TimeSpan.TicksPerMillisecond));
}

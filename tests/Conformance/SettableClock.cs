namespace Strata.Conformance;

/// <summary>A clock that stands still until it is moved, forwards or backwards.</summary>
public sealed class SettableClock : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public long NowNs => (GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public void Move(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
        }
    }
}

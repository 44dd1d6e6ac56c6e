using System.Diagnostics.Metrics;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>How far the relay follows the log: the meter <c>Strata.Bus</c>. A relay that stands by has no backlog; that of the other one is told there.</summary>
public sealed class RelayProgress : IDisposable
{
    public const string MeterName = "Strata.Bus";

    /// <summary>Of which installation on its broker a value is.</summary>
    public const string PrefixTag = "prefix";

    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Counter<long> _published;
    private readonly Counter<long> _wakeUps;
    private long _position;
    private long _head;
    private long _oldestNs;
    private volatile bool _publishes;

    public RelayProgress(TimeProvider time, string prefix)
    {
        _time = time;
        _meter = new Meter(new MeterOptions(MeterName) { Tags = [new(PrefixTag, prefix)] });
        _published = _meter.CreateCounter<long>("strata.bus.relay.published", "{event}", "Events of the log that the broker has taken, as feed or as wake-ups");
        _wakeUps = _meter.CreateCounter<long>("strata.bus.relay.wakeups", "{message}", "Wake-ups that the broker has taken");
        _meter.CreateObservableGauge("strata.bus.relay.backlog", () => Backlog, "{event}", "Events in the log that are not published yet");
        _meter.CreateObservableGauge("strata.bus.relay.lag", () => LagSeconds, "s", "Age of the oldest event that is not published yet");
        _meter.CreateObservableGauge("strata.bus.relay.active", () => _publishes ? 1 : 0, null, "1 in the process that publishes, 0 in one that stands by");
    }

    /// <summary>It is this process's turn.</summary>
    public bool Publishes => _publishes;

    public long Backlog => _publishes ? Math.Max(0, Volatile.Read(ref _head) - Volatile.Read(ref _position)) : 0;

    public double LagSeconds =>
        Backlog > 0 && Volatile.Read(ref _oldestNs) is > 0 and var oldest ? Math.Max(0, ((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - (oldest / 1e9))) : 0;

    public void Dispose() => _meter.Dispose();

    internal void Take(long position, long head)
    {
        Volatile.Write(ref _position, position);
        Volatile.Write(ref _head, head);
        _publishes = true;
    }

    internal void StandBy() => _publishes = false;

    internal void SawHead(long head) => Volatile.Write(ref _head, head);

    internal void Begin(EventPage page)
    {
        Volatile.Write(ref _head, Math.Max(Volatile.Read(ref _head), page.NextPosition));
        Volatile.Write(ref _oldestNs, page.Events.IsEmpty ? 0 : page.Events[0].RecordedAtNs);
    }

    internal void End(EventPage page, int wakeUps)
    {
        Volatile.Write(ref _position, page.NextPosition);
        _published.Add(page.Events.Length);
        _wakeUps.Add(wakeUps);
    }
}

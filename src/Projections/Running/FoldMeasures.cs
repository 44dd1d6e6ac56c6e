using System.Diagnostics.Metrics;
using Strata.EventStore;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>How far and how fast the tables follow the log: the meter <c>Strata.Projections</c>, and what <c>strata projections</c> shows.</summary>
internal sealed class FoldMeasures : IDisposable
{
    public const string MeterName = "Strata.Projections";

    /// <summary>Of which folder a value is, where one process has several.</summary>
    public const string FolderTag = "folder";

    /// <summary>Of which projection it is.</summary>
    public const string ProjectionTag = "projection";

    /// <summary>A rate over less than this is that of single batches.</summary>
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly RunnerClock _clock;
    private readonly FoldProgress _progress;
    private readonly Meter _meter;
    private readonly Counter<long> _events;
    private readonly Histogram<double> _batchSeconds;
    private long _head;
    private LogEnd _end = new(0, null);
    private long _heldBackSince;
    private long _behindSinceNs;
    private long _windowStart;
    private long _windowEvents;
    private double _lastRate;

    public FoldMeasures(FoldProgress progress, GenerationFiles files, RunnerClock clock)
    {
        (_progress, _clock) = (progress, clock);
        _meter = new Meter(new MeterOptions(MeterName) { Tags = [new(FolderTag, files.Folder), new(ProjectionTag, files.Projection.Name)] });
        _events = _meter.CreateCounter<long>("strata.projections.events", "{event}", "Events folded");
        _batchSeconds = _meter.CreateHistogram<double>("strata.projections.batch.duration", "s", "From having a batch until it is committed");
        _meter.CreateObservableGauge("strata.projections.position", () => _progress.Position, "{event}", "Log position up to which the tables are folded");
        _meter.CreateObservableGauge("strata.projections.head", () => Head, "{event}", "The log's last position that was seen");
        _meter.CreateObservableGauge("strata.projections.lag", () => Math.Max(0, Head - _progress.Position), "{event}", "Events in the log that the tables do not show");
        _meter.CreateObservableGauge("strata.projections.lag.duration", () => LagNs / 1e9, "s", "Since the newest event that the tables show, while there are newer ones");
        _meter.CreateObservableGauge("strata.projections.withheld", () => HeldBack?.What.Numbers ?? 0, "{event}", "Positions handed out that no reader is shown yet, since an append below them has not ended");
        _meter.CreateObservableGauge("strata.projections.parked", () => _progress.Standstills.Parked is null ? 0 : 1, null, "1 while an event that cannot be folded stops everything");
    }

    public long Head => Math.Max(Volatile.Read(ref _head), _progress.Position);

    public long LagNs
    {
        get
        {
            lock (_lock)
            {
                return _behindSinceNs == 0 ? 0 : Math.Max(0, _clock.NowNs - _behindSinceNs);
            }
        }
    }

    public double EventsPerSecond
    {
        get
        {
            lock (_lock)
            {
                var elapsed = _windowStart == 0 ? TimeSpan.Zero : _clock.Since(_windowStart);
                return elapsed > 2 * RateWindow ? 0 : elapsed > RateWindow ? _windowEvents / elapsed.TotalSeconds : _lastRate;
            }
        }
    }

    /// <summary>What keeps newer events from being shown, and since when it was seen so; null while nothing does.</summary>
    public (HeldBack What, TimeSpan For)? HeldBack
    {
        get
        {
            lock (_lock)
            {
                return _end.HeldBack is { } held ? (held, _clock.Since(_heldBackSince)) : null;
            }
        }
    }

    /// <summary>A batch may be short for other reasons than the log's end, so what was seen once stays.</summary>
    public void SawHead(long head)
    {
        lock (_lock)
        {
            _head = Math.Max(_head, head);
        }
    }

    public void Saw(LogEnd end)
    {
        SawHead(end.Head);
        lock (_lock)
        {
            // Where many append there is always one under way: only while the head stands it is the same that holds the others back.
            _heldBackSince = _end.HeldBack is null || _end.Head != end.Head ? _clock.Timestamp : _heldBackSince;
            _end = end;
        }
    }

    /// <param name="oldestNs">When the first of the events that are about to be folded was recorded.</param>
    /// <returns>For <see cref="End"/>.</returns>
    public long Begin(long? oldestNs)
    {
        lock (_lock)
        {
            _behindSinceNs = oldestNs ?? _behindSinceNs;
            if (_windowStart == 0)
            {
                _windowStart = _clock.Timestamp;
            }
        }

        return _clock.Timestamp;
    }

    public void End(long began, int events, long? newestNs)
    {
        _batchSeconds.Record(_clock.Since(began).TotalSeconds);
        _events.Add(events);
        lock (_lock)
        {
            _behindSinceNs = _progress.Position >= Head ? 0 : newestNs ?? _behindSinceNs;
            _windowEvents += events;
            var elapsed = _clock.Since(_windowStart);
            if (elapsed > RateWindow)
            {
                (_lastRate, _windowStart, _windowEvents) = (_windowEvents / elapsed.TotalSeconds, _clock.Timestamp, 0);
            }
            else if (_lastRate == 0)
            {
                _lastRate = _windowEvents / Math.Max(elapsed.TotalSeconds, 1e-3);
            }
        }
    }

    public void Dispose() => _meter.Dispose();
}

using System.Diagnostics.Metrics;

namespace Strata.Bus;

/// <summary>What comes from robots over the broker: the meter <c>Strata.Bus</c>. Names and units: docs/operations.md §Metrics.</summary>
internal sealed class RobotMeasures : IDisposable
{
    /// <summary>Outcome of a heartbeat that was taken.</summary>
    public const string Heard = "heard";

    /// <summary>Outcome of a message that was laid among the dead letters.</summary>
    public const string Dead = "dead";

    private const string QueueTag = "queue";
    private const string OutcomeTag = "outcome";

    private readonly string _prefix;
    private readonly RobotStanding _standing;
    private readonly Meter _meter;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _redeliveries;
    private readonly Histogram<long> _batch;
    private readonly Histogram<double> _duration;

    public RobotMeasures(RobotStanding standing, string prefix)
    {
        (_standing, _prefix) = (standing, prefix);
        _meter = new Meter(new MeterOptions(RelayProgress.MeterName) { Tags = [new(RelayProgress.PrefixTag, prefix)] });
        _messages = _meter.CreateCounter<long>("strata.bus.robots.messages", "{message}", "Robots' messages that were settled, by what came of each");
        _redeliveries = _meter.CreateCounter<long>("strata.bus.robots.redeliveries", "{message}", "Robots' messages that came again, since a reader had not settled them");
        _batch = _meter.CreateHistogram<long>("strata.bus.robots.batch", "{message}", "Messages that were settled together");
        _duration = _meter.CreateHistogram<double>("strata.bus.robots.batch.duration", "s", "From taking a batch to having acknowledged it");
        _meter.CreateObservableGauge("strata.bus.robots.connected", () => Connected(), null, "1 while a queue of robots' messages is taken, 0 while the broker does not answer");
    }

    public void Dispose() => _meter.Dispose();

    public void Took(QueueSpec queue, QueuedMessage message)
    {
        if (message.Deliveries > 0)
        {
            _redeliveries.Add(1, Of(queue.Queue));
        }
    }

    public void Count(string queue, string outcome) => _messages.Add(1, Of(queue), new(OutcomeTag, outcome));

    public void Settled(QueueSpec queue, int messages, TimeSpan took)
    {
        _batch.Record(messages, Of(queue.Queue));
        _duration.Record(took.TotalSeconds, Of(queue.Queue));
    }

    private IEnumerable<Measurement<int>> Connected() => _standing.Endpoints.Select(e => new Measurement<int>(e.IsConnected ? 1 : 0, Of(e.Queue)));

    /// <summary>The prefix stands beside it.</summary>
    private KeyValuePair<string, object?> Of(string queue) => new(QueueTag, queue[_prefix.Length..]);
}

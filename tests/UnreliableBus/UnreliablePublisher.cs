using Strata.Bus;
using Strata.Contracts;

namespace Strata.UnreliableBus;

/// <summary>
/// A transport that loses, doubles and reorders, as a broker does whose messages pass a stalled relay, a cut connection and a consumer that died before it
/// acknowledged. It stands between the relay and the real transport, and tells what it did with each message.
/// </summary>
public sealed class UnreliablePublisher : IPublishMessages
{
    private readonly IPublishMessages _bus;
    private readonly UnreliableWay<EvaluateSegment> _wakeUps;
    private readonly UnreliableWay<EventsPublished> _feed;

    public UnreliablePublisher(IPublishMessages bus, Transport transport)
        : this(bus, Faults.Of(transport), Seeds.Of(transport))
    {
    }

    public UnreliablePublisher(IPublishMessages bus, Faults faults, int seed)
    {
        var random = new Random(seed);
        (_bus, _wakeUps, _feed) = (bus, new(faults, random), new(faults, random));
    }

    public Watched<Deliveries<EvaluateSegment>> WakeUps => _wakeUps.Journal;

    public Watched<Deliveries<EventsPublished>> Feed => _feed.Journal;

    public async Task PublishAsync(EventsPublished message, CancellationToken cancellationToken)
    {
        foreach (var sent in _feed.Take([message]))
        {
            await _bus.PublishAsync(sent, cancellationToken);
        }
    }

    public Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken) => _bus.PublishAsync(_wakeUps.Take(messages), cancellationToken);

    /// <summary>Hands on what is held back: nothing comes later than that.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await _bus.PublishAsync(_wakeUps.Release(), cancellationToken);
        foreach (var late in _feed.Release())
        {
            await _bus.PublishAsync(late, cancellationToken);
        }
    }
}

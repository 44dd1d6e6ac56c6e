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
    private readonly Faults _faults;
    private readonly Random _random;
    private readonly List<EvaluateSegment> _heldWakeUps = [];
    private readonly List<EventsPublished> _heldFeed = [];
    private readonly Lock _lock = new();

    public UnreliablePublisher(IPublishMessages bus, Transport transport)
        : this(bus, Faults.Of(transport), transport == Transport.Reliable ? 0 : Seeds.Next())
    {
    }

    public UnreliablePublisher(IPublishMessages bus, Faults faults, int seed) => (_bus, _faults, _random) = (bus, faults, new Random(seed));

    public Watched<Deliveries<EvaluateSegment>> WakeUps { get; } = new(new([], [], []));

    public Watched<Deliveries<EventsPublished>> Feed { get; } = new(new([], [], []));

    public async Task PublishAsync(EventsPublished message, CancellationToken cancellationToken)
    {
        foreach (var sent in Take([message], _heldFeed, Feed))
        {
            await _bus.PublishAsync(sent, cancellationToken);
        }
    }

    public Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken) =>
        _bus.PublishAsync(Take(messages, _heldWakeUps, WakeUps), cancellationToken);

    /// <summary>Hands on what is held back: nothing comes later than that.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await _bus.PublishAsync(Release(_heldWakeUps, WakeUps), cancellationToken);
        foreach (var late in Release(_heldFeed, Feed))
        {
            await _bus.PublishAsync(late, cancellationToken);
        }
    }

    /// <returns>What is handed on now: what came in time, then what was held back until now.</returns>
    private List<T> Take<T>(IReadOnlyList<T> given, List<T> held, Watched<Deliveries<T>> journal)
    {
        lock (_lock)
        {
            var (sent, lost, late) = (new List<T>(), new List<T>(), new List<T>());
            foreach (var message in given)
            {
                var fate = _random.NextDouble();
                if (fate < _faults.Lost)
                {
                    lost.Add(message);
                    continue;
                }

                fate -= _faults.Lost;
                if (fate >= _faults.Late)
                {
                    sent.Add(message);
                }

                if (fate < _faults.Late + _faults.Doubled)
                {
                    late.Add(message);
                }
            }

            sent.AddRange(held);
            held.Clear();
            held.AddRange(late);
            journal.Change(all => new(all.Given.AddRange(given), all.Lost.AddRange(lost), all.Sent.AddRange(sent)));
            return sent;
        }
    }

    private List<T> Release<T>(List<T> held, Watched<Deliveries<T>> journal) => Take([], held, journal);
}

using Strata.Bus;
using Strata.Contracts;

namespace Strata.UnreliableBus;

/// <summary>
/// A transport of which not everything is confirmed: some calls never arrive, of some the confirmation is lost on its way back. Who publishes hears the same of both,
/// and has to publish again.
/// </summary>
public sealed class UnreliableConfirms(IPublishMessages bus, Faults faults, int seed) : IPublishMessages
{
    private readonly Random _random = new(seed);

    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => PassAsync(() => bus.PublishAsync(message, cancellationToken));

    public Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken) => PassAsync(() => bus.PublishAsync(messages, cancellationToken));

    private async Task PassAsync(Func<Task> publish)
    {
        double fate;
        lock (_random)
        {
            fate = _random.NextDouble();
        }

        if (fate < faults.Lost)
        {
            throw new IOException("the connection broke before the message arrived");
        }

        await publish();
        if (fate < faults.Lost + faults.Doubled)
        {
            throw new IOException("the connection broke before the message was confirmed");
        }
    }
}

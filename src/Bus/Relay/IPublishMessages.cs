using MassTransit;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>Where the relay puts its messages. Ends when the transport has taken all of them; throws when it did not.</summary>
public interface IPublishMessages
{
    Task PublishAsync(EventsPublished message, CancellationToken cancellationToken);

    Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken);
}

internal sealed class MassTransitPublisher(IBus bus) : IPublishMessages
{
    /// <summary>Messages waiting for their confirmation at one time: the broker confirms in groups, and memory stays flat.</summary>
    private const int Window = 100;

    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => bus.Publish(message, cancellationToken);

    public async Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
    {
        foreach (var window in messages.Chunk(Window))
        {
            await Task.WhenAll(window.Select(message => bus.Publish(message, cancellationToken)));
        }
    }
}

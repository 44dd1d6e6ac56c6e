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
    private const int Window = 500;

    /// <summary>Its id is that of its first event: published again from another position, the same events may be cut into other messages.</summary>
    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => PublishAsync(message, message.Events[0].Id, cancellationToken);

    public async Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
    {
        foreach (var window in messages.Chunk(Window))
        {
            await Task.WhenAll(window.Select(message => PublishAsync(message, message.EventId, cancellationToken)));
        }
    }

    private Task PublishAsync<TMessage>(TMessage message, Guid id, CancellationToken cancellationToken)
        where TMessage : class => bus.Publish(message, context => context.MessageId = id, cancellationToken);
}

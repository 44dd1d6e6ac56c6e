using System.Collections.Immutable;
using Strata.Bus;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>A bus that loses everything that it is given.</summary>
internal sealed class DroppingPublisher(Watched<int> dropped) : IPublishMessages
{
    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
    {
        dropped.Change(n => n + messages.Count);
        return Task.CompletedTask;
    }
}

/// <summary>A bus that delivers each message several times, and remembers what it was given.</summary>
internal sealed class RepeatingPublisher(IPublishMessages bus, int times, Watched<ImmutableList<EvaluateSegment>> given) : IPublishMessages
{
    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => bus.PublishAsync(message, cancellationToken);

    public async Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times; i++)
        {
            await bus.PublishAsync(messages, cancellationToken);
        }

        given.Change(all => all.AddRange(messages));
    }
}

/// <summary>What came out of the bus on its way to the worker.</summary>
internal sealed class CountingHandler(IHandle<EvaluateSegment> worker, Watched<int> delivered) : IHandle<EvaluateSegment>
{
    public async Task HandleAsync(EvaluateSegment message, CancellationToken cancellationToken)
    {
        await worker.HandleAsync(message, cancellationToken);
        delivered.Change(n => n + 1);
    }
}

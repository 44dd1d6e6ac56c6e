using System.Collections.Immutable;
using Strata.Bus;
using Strata.Contracts;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

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

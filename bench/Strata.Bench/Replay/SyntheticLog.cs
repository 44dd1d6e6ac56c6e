using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;
using Strata.EventStore.Sqlite;

namespace Strata.Bench;

/// <summary>Fills the log of a data directory with segments as registration and rules would have written them.</summary>
internal static class SyntheticLog
{
    private const int SegmentsPerAppend = 500;

    /// <param name="rounds">How often each segment is registered, each time with another content.</param>
    /// <returns>Events in the log, and what an event takes as JSON on average.</returns>
    public static async Task<(long Events, double MeanBytes)> FillAsync(string dataDirectory, int segments, int eventsPerSegment, CancellationToken cancellationToken, int rounds = 1)
    {
        await using var store = await SqliteEventStore.OpenAsync(dataDirectory, TimeProvider.System, NullLogger.Instance, cancellationToken);
        return await FillAsync(store, segments, eventsPerSegment, cancellationToken, rounds);
    }

    /// <inheritdoc cref="FillAsync(string, int, int, CancellationToken, int)"/>
    /// <param name="isFromRobots">As <see cref="SyntheticEvents.Append"/> has it.</param>
    public static async Task<(long Events, double MeanBytes)> FillAsync(
        IEventStore store, int segments, int eventsPerSegment, CancellationToken cancellationToken, int rounds = 1, bool isFromRobots = false)
    {
        await AppendAsync(store, SyntheticEvents.Declare(), cancellationToken);
        long bytes = 0, events = 0;
        for (var first = 0; first < segments * rounds; first += SegmentsPerAppend)
        {
            var append = SyntheticEvents.Append($"segments-{first}", first, Math.Min(SegmentsPerAppend, segments - (first % segments)), eventsPerSegment, segments, isFromRobots);
            foreach (var @event in append.Streams.SelectMany(stream => stream.Events))
            {
                events++;
                bytes += Contracts.EventJson.Serialize(@event).Length;
            }

            await AppendAsync(store, append, cancellationToken);
        }

        return (await store.HeadAsync(cancellationToken), (double)bytes / events);
    }

    private static async Task AppendAsync(IEventStore store, Append append, CancellationToken cancellationToken)
    {
        if (await store.AppendAsync(append, cancellationToken) is not AppendResult.Appended)
        {
            throw new InvalidOperationException($"the append {append.CommandId} was refused: is the folder empty?");
        }
    }
}

using System.Text.Json;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Web;

/// <summary>Streams the log of this process.</summary>
public sealed class LogStreams(IEventStore store, ILogCopy copy) : ILogStreams
{
    private const int EventsPerPage = 500;

    public Task ExportAsync(Stream to, CancellationToken cancellationToken) => LogFileWriter.WriteAsync(copy.ExportAsync(cancellationToken), to, cancellationToken);

    public async Task FollowAsync(long afterPosition, bool follow, Stream to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(to);
        var head = await store.HeadAsync(cancellationToken);
        for (var position = afterPosition; follow || position < head;)
        {
            if (follow)
            {
                await store.WaitForEventsAsync(position, cancellationToken);
            }

            var page = await store.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var recorded in page.Events.TakeWhile(e => follow || e.Position <= head))
            {
                await JsonSerializer.SerializeAsync(to, LineOf(recorded), ApiJson.Default.LogLine, cancellationToken);
                await to.WriteAsync("\n"u8.ToArray(), cancellationToken);
            }

            await to.FlushAsync(cancellationToken);
            position = page.NextPosition;
        }
    }

    private static LogLine LineOf(RecordedEvent e) =>
        new(e.Position, e.EventId, e.RecordedAtNs, e.StreamId, e.Version, e.Type, e.CommandId, EventSentence.Of(e.Event), JsonElement.Parse(EventJson.Serialize(e.Event)));
}

using System.Text.Json;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Web;

/// <summary>Streams the events of a log that somebody may append to meanwhile, this process or another one.</summary>
public sealed class LogFollowing(IReadLog log) : ILogFollowing
{
    private const int EventsPerPage = 500;

    public async Task FollowAsync(long afterPosition, bool follow, Stream to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(to);
        var head = await log.HeadAsync(cancellationToken);
        for (var position = afterPosition; follow || position < head;)
        {
            if (follow)
            {
                await log.WaitForEventsAsync(position, cancellationToken);
            }

            var page = await log.ReadAsync(position, EventsPerPage, cancellationToken);
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

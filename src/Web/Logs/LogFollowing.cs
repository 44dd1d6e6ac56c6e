using System.Text.Json;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Web;

/// <summary>Streams the events of a log that somebody may append to meanwhile, this process or another one.</summary>
public sealed class LogFollowing(IReadLog log) : ILogFollowing
{
    private const int EventsPerPage = 500;

    private const string NextIfUnknown = "run that version or a newer one; 'strata log export' and 'strata backup' copy the log as it is, also with this version";

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

            var page = await ReadPageAsync(position, cancellationToken);
            foreach (var recorded in page.Events.TakeWhile(e => follow || e.Position <= head))
            {
                await JsonSerializer.SerializeAsync(to, LineOf(recorded), ApiJson.Default.LogLine, cancellationToken);
                await to.WriteAsync("\n"u8.ToArray(), cancellationToken);
            }

            await to.FlushAsync(cancellationToken);
            position = page.NextPosition;
        }
    }

    /// <summary>What lies before an event that is damaged, or that this version does not know, is told all the same: less and less is asked for, until that event is the next one.</summary>
    /// <exception cref="OperationException">It is the next one.</exception>
    private async Task<EventPage> ReadPageAsync(long position, CancellationToken cancellationToken)
    {
        for (var limit = EventsPerPage; ; limit /= 2)
        {
            try
            {
                return await log.ReadAsync(position, limit, cancellationToken);
            }
            catch (UnknownEventTypeException e)
            {
                if (limit == 1)
                {
                    throw new OperationException(OperationErrors.NeedsNewer, e.Message, NextIfUnknown);
                }
            }
            catch (LogDamagedException e)
            {
                if (limit == 1)
                {
                    throw OperationFaults.TryTranslate(e, nextIfLost: null)!;
                }
            }
        }
    }

    private static LogLine LineOf(RecordedEvent e) =>
        new(e.Position, e.EventId, e.RecordedAtNs, e.StreamId, e.Version, e.Type, e.CommandId, EventSentence.Of(e.Event), JsonElement.Parse(EventJson.Serialize(e.Event)));
}

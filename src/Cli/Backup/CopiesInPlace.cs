using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Which of the copies that a log names, and that neither <c>strata gc</c> nor a purge let go of, lie in a place. Their bytes are not looked at.</summary>
internal sealed record CopiesInPlace(long Named, IReadOnlyList<string> Missing)
{
    private const int EventsPerPage = 1_000;

    public static async Task<CopiesInPlace> CountAsync(IEventStore events, IRecordingStore place, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var (named, purged) = (new NamedFiles(), await PurgedSegments.ReadAsync(events, cancellationToken));
        var content = new PurgedContent(purged.Covers);
        await ReadAsync(recorded =>
        {
            named.Take(recorded.Event, recorded.Position);
            content.Name(recorded.Event, recorded.Position);
        });
        if (content.NamedFiles > 0)
        {
            await ReadAsync(recorded => content.Hold(recorded.Event, recorded.Position));
        }

        var expected = named.Copies(content.Files).Select(c => c.Location).ToHashSet(StringComparer.Ordinal);
        var count = expected.Count;
        await foreach (var file in place.ListAsync(cancellationToken))
        {
            expected.Remove(file.Location ?? "");
            progress.Report(new("looking for the copies", count - expected.Count, count));
        }

        return new(count, [.. expected.Order(StringComparer.Ordinal)]);

        async Task ReadAsync(Action<RecordedEvent> take)
        {
            var head = await events.HeadAsync(cancellationToken);
            for (var position = 0L; position < head;)
            {
                progress.Report(new("reading the log", position, head));
                var page = await events.ReadAsync(position, EventsPerPage, cancellationToken);
                foreach (var recorded in page.Events)
                {
                    take(recorded);
                }

                position = page.NextPosition;
            }
        }
    }
}

using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Tells bytes that were let go of from bytes that are lost. Source: DESIGN rule 9.</summary>
public static class ReleasedContent
{
    private const long NanosecondsPerTick = 100;

    /// <param name="namedAt">Position of the event that names the copy: what was let go of before it came back with it.</param>
    /// <returns>In words; null where nobody let go of the copy since.</returns>
    public static async Task<string?> FindAsync(IEventStore events, string location, long namedAt, CancellationToken cancellationToken) =>
        (await FindAsync(events, [location], cancellationToken)).TryGetValue(location, out var released) && released.Position > namedAt ? released.How : null;

    /// <returns>Of those that were ever let go of: location → when last, and how in words.</returns>
    public static async Task<IReadOnlyDictionary<string, (long Position, string How)>> FindAsync(IEventStore events, IReadOnlyCollection<string> locations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var streams = await events.ReadStreamsAsync([.. locations.Select(StreamIds.Content)], cancellationToken);
        return streams.Select(s => s.Events.LastOrDefault()).OfType<RecordedEvent>().Where(e => e.Event is BytesReleased)
            .ToDictionary(e => ((BytesReleased)e.Event).Location, e => (e.Position, Words(e)), StringComparer.Ordinal);
    }

    private static string Words(RecordedEvent released)
    {
        var at = DateTimeOffset.UnixEpoch.AddTicks(released.RecordedAtNs / NanosecondsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"its bytes were let go of by gc on {at} (position {released.Position}): it was superseded, and neither a pin nor the retention of its dataset held them; register the recording again to read it");
    }
}

/// <summary>The bytes of a superseded layer are gone on purpose.</summary>
public sealed class RecordingReleasedException(string storageUrl, string how) : IOException($"recording '{storageUrl}' cannot be read any more: {how}");

using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Tells bytes that were let go of from bytes that are lost. Source: DESIGN rule 9.</summary>
public static class ReleasedContent
{
    private const long NanosecondsPerTick = 100;

    /// <returns>In words; null where nobody let go of the copy at this location.</returns>
    public static async Task<string?> FindAsync(IEventStore events, string location, CancellationToken cancellationToken) =>
        (await FindAsync(events, [location], cancellationToken)).GetValueOrDefault(location);

    /// <returns>Of those that were let go of: location → how, in words.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(IEventStore events, IReadOnlyCollection<string> locations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var streams = await events.ReadStreamsAsync([.. locations.Select(StreamIds.Content)], cancellationToken);
        return streams.Select(s => s.Events.LastOrDefault()).OfType<RecordedEvent>().Where(e => e.Event is BytesReleased)
            .ToDictionary(e => ((BytesReleased)e.Event).Location, Words, StringComparer.Ordinal);
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

using System.Globalization;
using Strata.EventStore;

namespace Strata.Web;

/// <summary>A past state, named by a log position or a time. As of a time is the longest prefix of the log with all times at or before it. Source: DESIGN §5.</summary>
public static class AsOf
{
    private const long NanosecondsPerTick = 100;

    public static bool IsValid(string text) => TryPosition(text, out _) || TryTime(text, out _);

    internal static async Task<long?> ResolveAsync(IEventStore store, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return null;
        }

        if (TryPosition(text, out var position))
        {
            return position;
        }

        if (!TryTime(text, out var time))
        {
            throw new OperationException(OperationErrors.Invalid, $"as-of: expected a log position or a time such as 2026-11-22T10:00:00Z, found '{text}'", "strata history DATASET lists positions and times");
        }

        return await LastPositionAtAsync(store, (time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick, cancellationToken);
    }

    private static bool TryPosition(string text, out long position) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out position);

    private static bool TryTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    /// <summary>Times rise with positions, so the last event at or before the time is found by halving.</summary>
    private static async Task<long> LastPositionAtAsync(IEventStore store, long timeNs, CancellationToken cancellationToken)
    {
        long at = 0, above = await store.HeadAsync(cancellationToken);
        while (at < above)
        {
            var middle = at + ((above - at) / 2);
            var page = await store.ReadAsync(middle, maxEvents: 1, cancellationToken);
            if (page.Events is [var next] && next.RecordedAtNs <= timeNs)
            {
                at = next.Position;
            }
            else
            {
                above = middle;
            }
        }

        return at;
    }
}

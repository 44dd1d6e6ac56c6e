using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>
/// Which segments were purged, and up to which position: kept in guard rows beside the events, so that whoever replays the log knows before it comes to an event of such
/// a segment that nobody may look into its blobs any more, even where another segment brought the same content again.
/// </summary>
public sealed class PurgedSegments
{
    /// <summary>Segment → the command that asked for its last purge, or that nothing of it is left.</summary>
    public const string Scope = "purged";

    /// <summary>Nothing of it is left.</summary>
    public const string Erased = "erased";

    private readonly Dictionary<(DatasetId Dataset, string Segment), PurgedSegment> _purged = [];

    public static PurgedSegments None { get; } = new();

    /// <summary>The highest position of any such event; 0 when there is none.</summary>
    public long LastPosition => _purged.Count == 0 ? 0 : _purged.Values.Max(p => p.Position);

    /// <summary>Those whose bytes and blobs may still be there.</summary>
    public IReadOnlyList<UnfinishedPurge> Unfinished { get; private init; } = [];

    /// <summary><see cref="Unfinished"/> alone, without a look at any event.</summary>
    public static async Task<IReadOnlyList<UnfinishedPurge>> ReadUnfinishedAsync(IEventStore events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return [.. UnfinishedIn(await events.ReadGuardsAsync(Scope, cancellationToken).ConfigureAwait(false))];
    }

    public static string KeyOf(DatasetId dataset, string segment) => $"{dataset.Value}\n{segment}";

    public static async Task<PurgedSegments> ReadAsync(IEventStore events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var rows = await events.ReadGuardsAsync(Scope, cancellationToken).ConfigureAwait(false);
        var purged = new PurgedSegments { Unfinished = [.. UnfinishedIn(rows)] };
        var unfinished = purged.Unfinished.Select(u => (u.Dataset, u.Segment)).ToHashSet();
        var streams = rows.Select(row => Parse(row.Key)).Select(name => StreamIds.Segment(name.Dataset, name.Segment));
        foreach (var stream in await events.ReadStreamsAsync([.. streams], cancellationToken).ConfigureAwait(false))
        {
            foreach (var recorded in stream.Events)
            {
                if (recorded.Event is RecordingPurged of)
                {
                    purged._purged[(of.Dataset, of.Segment)] = new(of.Dataset, of.Segment, stream.Events[0].Position, recorded.Position, of.Reason)
                    {
                        IsErased = !unfinished.Contains((of.Dataset, of.Segment)),
                    };
                }
            }
        }

        return purged;
    }

    /// <summary>Whether what the segment's event at that position named was purged later.</summary>
    public bool Covers(DatasetId dataset, string segment, long position) => _purged.TryGetValue((dataset, segment), out var purged) && position < purged.Position;

    /// <summary>Those that were last purged after a position.</summary>
    public IReadOnlyList<PurgedSegment> After(long position) => [.. _purged.Values.Where(p => p.Position > position)];

    /// <summary>The segment's last purge; null: there was none.</summary>
    public PurgedSegment? Find(DatasetId dataset, string segment) => _purged.GetValueOrDefault((dataset, segment));

    /// <summary>The dataset's segments that were there as of a position and were purged since, by name.</summary>
    public IReadOnlyList<PurgedSegment> Since(DatasetId dataset, long position) =>
        [.. _purged.Values.Where(p => p.Dataset == dataset && p.FirstPosition <= position && position < p.Position).OrderBy(p => p.Segment, StringComparer.Ordinal)];

    private static IEnumerable<UnfinishedPurge> UnfinishedIn(IEnumerable<GuardRow> rows) =>
        from row in rows
        where row.Value != Erased
        let name = Parse(row.Key)
        select new UnfinishedPurge(name.Dataset, name.Segment, row.Value);

    private static (DatasetId Dataset, string Segment) Parse(string key)
    {
        var end = key.IndexOf('\n', StringComparison.Ordinal);
        return end > 0 ? (DatasetId.Parse(key[..end]), key[(end + 1)..]) : throw new FormatException($"guard row of a purged segment: expected '<dataset>\\n<segment>', found '{key}'");
    }
}

/// <param name="FirstPosition">Where something was first registered there.</param>
/// <param name="Position">Of the last purge.</param>
public sealed record PurgedSegment(DatasetId Dataset, string Segment, long FirstPosition, long Position, string Reason)
{
    /// <summary>The event asks for the erasure; this says that it is done: of what was recorded before, neither bytes nor blobs are left that it alone held.</summary>
    public bool IsErased { get; init; }
}

/// <param name="Command">Which purge it is: one that is asked for while an earlier one is finished is another.</param>
public sealed record UnfinishedPurge(DatasetId Dataset, string Segment, string Command);

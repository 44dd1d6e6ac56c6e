using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <param name="RecordingIdPrefix">Each part gets this and its number as its recording id.</param>
/// <param name="DropUnusedTimelines">Whether the other timelines are left out.</param>
public sealed record SplitOptions(string RecordingIdPrefix, bool DropUnusedTimelines);

/// <summary>One part that was written.</summary>
/// <param name="RecordingId">Of the part.</param>
/// <param name="Chunks">Chunks of the part, carried ones too.</param>
/// <param name="Rows">Rows of its own range, and static ones.</param>
/// <param name="BytesWritten">All bytes of the file.</param>
/// <param name="FooterLeftOut">Why it has no footer; null: it has one.</param>
/// <param name="CarriedRows">Rows from before the part that hold what its beginning would otherwise miss.</param>
public sealed record SplitPart(string RecordingId, long Chunks, long Rows, long CarriedRows, long BytesWritten, string? FooterLeftOut);

/// <summary>
/// Cuts a recording on a timeline into recordings of their own. Each has the rows of its range, all static data, and the last value before its beginning of
/// everything that has none at its beginning. Chunks without the timeline are in no part. As <c>rerun rrd split</c>.
/// </summary>
public sealed class RecordingSplit(RrdReader reader, RrdStore store, SplitPlan plan, SplitOptions options)
{
    /// <summary>Temporal chunks that have other timelines only, and so are in no part.</summary>
    public IReadOnlyList<ChunkEntry> LeftOut { get; } =
        [.. store.Manifest.Entries.Where(entry => !entry.IsStatic && !store.Manifest.Timelines.First(t => t.Timeline == plan.Timeline).IsPresent[entry.Index])];

    /// <summary>Writes one part; only those chunks are read that have rows in it.</summary>
    /// <exception cref="RrdFormatException">A chunk cannot be read, or shows so many values that its rows cannot be sorted.</exception>
    public async Task<SplitPart> WriteAsync(int part, Stream output, WriterProfile profile, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(profile);
        var id = store.Id with { RecordingId = $"{options.RecordingIdPrefix}{part}" };
        var (start, end) = plan.Range(part);
        var written = new RecordingOutput(output, profile);
        await written.StartAsync(store.Version, cancellationToken).ConfigureAwait(false);
        await written.AnnounceAsync(id, store.Announcement ?? StoreAnnouncement.OfUnknown, cancellationToken).ConfigureAwait(false);
        var (rows, carried) = (0L, 0L);
        var budget = new ValueBudget();
        foreach (var entry in store.Manifest.Entries.Where(entry => Touches(entry, start, end)))
        {
            var chunk = await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false);
            budget.Earn(entry.ByteSize);
            if (RecordingComparison.Bounded(entry, () => Cut(chunk, start, end, part, budget)) is { } cut && !written.Has(id, cut.Id))
            {
                await EncodeAsync(written, id, cut, entry.ByteOffset, cancellationToken).ConfigureAwait(false);
                rows += cut.NumRows;
            }
        }
        if (part > 0)
        {
            foreach (var chunk in await LatestBefore.FindAsync(reader, store, plan.Timeline, start, part, cancellationToken).ConfigureAwait(false))
            {
                await written.EncodeAsync(id, WithoutUnused(chunk), cancellationToken).ConfigureAwait(false);
                carried += chunk.NumRows;
            }
        }
        var footerLeftOut = await written.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new SplitPart(id.RecordingId, written.Chunks, rows, carried, written.Position, footerLeftOut);
    }

    private static async ValueTask EncodeAsync(RecordingOutput written, StoreId id, Chunk chunk, long offset, CancellationToken cancellationToken)
    {
        try
        {
            await written.EncodeAsync(id, chunk, cancellationToken).ConfigureAwait(false);
        }
        catch (ArrowFormatException e)
        {
            throw new RrdFormatException(offset, $"in a chunk of {chunk.EntityPath} {e.Expected}", e.Found, "Leave the chunk out, or write it again in smaller ones: strata rrd optimize.", e);
        }
    }

    private bool Touches(ChunkEntry entry, long start, long? end)
    {
        if (entry.IsStatic)
        {
            return true;
        }
        var ranges = store.Manifest.Timelines.First(t => t.Timeline == plan.Timeline);
        return ranges.IsPresent[entry.Index] && ranges.Ends[entry.Index] >= start && (end is not { } stop || ranges.Starts[entry.Index] < stop);
    }

    // Null when no row is inside, or nothing would be left of it.
    private Chunk? Cut(Chunk chunk, long start, long? end, int part, ValueBudget budget)
    {
        if (chunk.NumRows == 0 || chunk.Components.Count == 0)
        {
            return null;
        }
        chunk = ChunkRows.SortedByRowId(chunk, budget);
        if (chunk.IsStatic)
        {
            return Paid(chunk, budget);
        }
        var times = chunk.Timeline(plan.Timeline)!.Times;
        var inside = new List<int>(times.Length);
        for (var row = 0; row < times.Length; row++)
        {
            if (times[row] >= start && (end is not { } stop || times[row] < stop))
            {
                inside.Add(row);
            }
        }
        return inside.Count == 0 ? null : Paid(WithoutUnused(inside.Count == times.Length ? chunk : ChunkRows.Take(chunk, EditedId.Of([chunk.Id], part), [.. inside])), budget);
    }

    // Columns without bytes get offsets when they are written, whatever few bytes they were read of.
    private static Chunk Paid(Chunk chunk, ValueBudget budget)
    {
        budget.SpendBytes(ChunkSizes.BytesOf(chunk));
        return chunk;
    }

    private Chunk WithoutUnused(Chunk chunk) => options.DropUnusedTimelines
        ? new Chunk(chunk.Id, chunk.EntityPath, chunk.RowIds, chunk.Timelines.Where(timeline => timeline.Name == plan.Timeline), chunk.Components)
        : chunk;
}

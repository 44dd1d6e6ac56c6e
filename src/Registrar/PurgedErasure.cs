using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// Erases what purged segments alone held. The event is the intent; a kill between any two steps leaves the rest to the next run, which looks at everything anew.
/// Nobody keeps bytes or appends meanwhile, so what nobody holds when the log was looked through is held by nobody when it goes. Source: DESIGN rule 15.
/// </summary>
public sealed class PurgedErasure(IEventStore events, IBlobErasure blobs, IRecordingStore recordings) : IErasePurged
{
    private const int EventsPerPage = 1_000;

    /// <summary>After so many refusals it is the store that refuses and not a file, and registrations wait while it is tried.</summary>
    private const int MostRefusals = 10;

    private volatile ErasureFailure? _failure;

    public ErasureFailure? Failure => _failure;

    public Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken) => blobs.ReadLeftoverAsync(cancellationToken);

    public async Task<ErasureReport> EraseAsync(IProgress<ErasureProgress>? progress, CancellationToken cancellationToken)
    {
        if ((await PurgedSegments.ReadUnfinishedAsync(events, cancellationToken)).Count == 0)
        {
            _failure = null;
            return new(0, 0, 0, 0, []);
        }

        try
        {
            var (report, refusal) = await EraseUnfinishedAsync(progress, cancellationToken);
            _failure = refusal is null ? null : Again(refusal);
            return report;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = Again(e.Message);
            throw;
        }
    }

    private ErasureFailure Again(string reason) => new(reason, (_failure?.Attempts ?? 0) + 1);

    private async Task<(ErasureReport Report, string? Refusal)> EraseUnfinishedAsync(IProgress<ErasureProgress>? progress, CancellationToken cancellationToken)
    {
        await using var alone = await recordings.LetGoAsync(cancellationToken);
        var purged = await PurgedSegments.ReadAsync(events, cancellationToken);
        var content = await FindAsync(purged, progress, cancellationToken);
        var files = content.Files;
        var (removed, refused, refusal) = await RemoveAsync(alone, files, cancellationToken);
        var erased = await blobs.EraseBlobsAsync(content.Blobs, cancellationToken);
        var unfinished = purged.Unfinished.Where(purge => content.FilesOf(purge.Dataset, purge.Segment).Overlaps(refused)).ToImmutableArray();
        foreach (var done in purged.Unfinished.Except(unfinished))
        {
            await MarkAsync(done, cancellationToken);
        }

        var report = new ErasureReport(purged.Unfinished.Count - unfinished.Length, removed, content.NamedFiles - files.Count, erased, [.. content.References.Order(StringComparer.Ordinal)]) { Unfinished = unfinished };
        return (report, refusal);
    }

    /// <returns>How many went, where those lie that did not, and why the first of them did not.</returns>
    private async Task<(int Removed, HashSet<string> Refused, string? Refusal)> RemoveAsync(ILettingGo alone, IReadOnlySet<string> locations, CancellationToken cancellationToken)
    {
        var (removed, refusals, refused) = (0, new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var file in await recordings.ListAsync(cancellationToken).Where(f => f.Location is { } location && locations.Contains(location)).ToListAsync(cancellationToken))
        {
            try
            {
                if (refusals.Count < MostRefusals)
                {
                    removed += await alone.RemoveAsync(file, cancellationToken) ? 1 : 0;
                    continue;
                }
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException and not RecordingStorageException)
            {
                // Of the file. What the store as a whole refuses, as when the right to be alone was lost, ends all: nothing more may go then.
                refusals.Add(e.Message);
            }

            refused.Add(file.Location!);
        }

        return (removed, refused, refusals.Count == 0 ? null : $"{refused.Count} {(refused.Count == 1 ? "file" : "files")} cannot be removed: {refusals[0]}");
    }

    /// <summary>One that was asked for again meanwhile is not done: its row names another command, and the next run finds it.</summary>
    private Task<AppendResult> MarkAsync(UnfinishedPurge done, CancellationToken cancellationToken)
    {
        var mark = new Guard.Swap(PurgedSegments.Scope, PurgedSegments.KeyOf(done.Dataset, done.Segment), done.Command, PurgedSegments.Erased);
        return events.AppendAsync(new Append(CommandIds.Fresh(), [], [mark], []), cancellationToken);
    }

    /// <summary>All that the purged segments ever named, and what of it is held by anything else.</summary>
    private async Task<PurgedContent> FindAsync(PurgedSegments purged, IProgress<ErasureProgress>? progress, CancellationToken cancellationToken)
    {
        var content = new PurgedContent(purged.Covers);
        foreach (var stream in await events.ReadStreamsAsync([.. purged.Unfinished.Select(s => StreamIds.Segment(s.Dataset, s.Segment))], cancellationToken))
        {
            foreach (var recorded in stream.Events)
            {
                content.Name(recorded.Event, recorded.Position);
            }
        }

        var head = await events.HeadAsync(cancellationToken);
        for (var position = 0L; position < head;)
        {
            var page = await events.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var recorded in page.Events)
            {
                content.Hold(recorded.Event, recorded.Position);
            }

            position = page.NextPosition;
            progress?.Report(new(position, head));
        }

        return content;
    }
}

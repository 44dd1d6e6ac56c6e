using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
        var held = await HeldAsync(purged, cancellationToken);
        var named = held.Files.Count;
        await ReleaseSharedAsync(held, purged, progress, cancellationToken);
        var (removed, refused, refusal) = await RemoveAsync(alone, held.Files, cancellationToken);
        var erased = await blobs.EraseBlobsAsync(held.Blobs, cancellationToken);
        var unfinished = purged.Unfinished.Where(purge => held.FilesOf(purge).Overlaps(refused)).ToImmutableArray();
        foreach (var done in purged.Unfinished.Except(unfinished))
        {
            await MarkAsync(done, cancellationToken);
        }

        var report = new ErasureReport(purged.Unfinished.Count - unfinished.Length, removed, named - held.Files.Count, erased, [.. held.References.Order(StringComparer.Ordinal)]) { Unfinished = unfinished };
        return (report, refusal);
    }

    /// <returns>How many went, where those lie that did not, and why the first of them did not.</returns>
    private async Task<(int Removed, HashSet<string> Refused, string? Refusal)> RemoveAsync(ILettingGo alone, HashSet<string> locations, CancellationToken cancellationToken)
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

    /// <summary>All that the purged segments ever named.</summary>
    private async Task<Holdings> HeldAsync(PurgedSegments purged, CancellationToken cancellationToken)
    {
        var held = new Holdings([], [], [], [], []);
        var streams = await events.ReadStreamsAsync([.. purged.Unfinished.Select(s => StreamIds.Segment(s.Dataset, s.Segment))], cancellationToken);
        foreach (var (purge, stream) in purged.Unfinished.Zip(streams))
        {
            foreach (var recorded in stream.Events.Where(e => IsPurged(purged, e)))
            {
                held.Add(purge, recorded.Event);
            }
        }

        return held;
    }

    /// <summary>Leaves out what any other event names, of whatever dataset and time: its layer may be read as of then.</summary>
    private async Task ReleaseSharedAsync(Holdings held, PurgedSegments purged, IProgress<ErasureProgress>? progress, CancellationToken cancellationToken)
    {
        var head = await events.HeadAsync(cancellationToken);
        var quarantined = new Dictionary<Sha256Digest, string>();
        for (var position = 0L; position < head;)
        {
            var page = await events.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var recorded in page.Events.Where(e => !IsPurged(purged, e)))
            {
                held.Remove(recorded.Event);
                Follow(quarantined, recorded.Event);
            }

            position = page.NextPosition;
            progress?.Report(new(position, head));
        }

        held.Files.ExceptWith(quarantined.Values);
    }

    private static bool IsPurged(PurgedSegments purged, RecordedEvent recorded) => recorded.Event switch
    {
        LayerRegistered layer => purged.Covers(layer.Dataset, layer.Segment, recorded.Position),
        SegmentPropertiesSet set => purged.Covers(set.Dataset, set.Segment, recorded.Position),
        _ => false,
    };

    /// <summary>What lies in quarantine is somebody's open question; what was released or discarded is not.</summary>
    private static void Follow(Dictionary<Sha256Digest, string> quarantined, StrataEvent @event)
    {
        switch (@event)
        {
            case RecordingQuarantined { Kept: { Mode: KeepMode.Copy } kept } entry:
                quarantined[entry.QuarantineId] = kept.Location;
                break;
            case RecordingReleased released:
                quarantined.Remove(released.QuarantineId);
                break;
            case RecordingDiscarded discarded:
                quarantined.Remove(discarded.QuarantineId);
                break;
        }
    }

    /// <param name="Named">Every copy that a segment named, those that stay too.</param>
    /// <param name="Schemas">Blobs of schemas by what the schema is: a dataset's columns are read from the first blob with that schema, whoever brought it.</param>
    private sealed record Holdings(
        HashSet<string> Files,
        HashSet<string> References,
        HashSet<Sha256Digest> Blobs,
        Dictionary<UnfinishedPurge, HashSet<string>> Named,
        Dictionary<(DatasetId, Sha256Digest), HashSet<Sha256Digest>> Schemas)
    {
        public HashSet<string> FilesOf(UnfinishedPurge purge) => Named.GetValueOrDefault(purge) ?? [];

        public void Add(UnfinishedPurge purge, StrataEvent @event)
        {
            switch (@event)
            {
                case LayerRegistered layer:
                    (CollectionsMarshal.GetValueRefOrAddDefault(Named, purge, out _) ??= new(StringComparer.Ordinal)).Add(layer.Kept.Location);
                    (layer.Kept.Mode == KeepMode.Copy ? Files : References).Add(layer.Kept.Location);
                    Blobs.UnionWith(BlobsOf(layer));
                    (CollectionsMarshal.GetValueRefOrAddDefault(Schemas, (layer.Dataset, layer.SchemaSha256), out _) ??= []).Add(layer.SchemaBlob);
                    break;
                case SegmentPropertiesSet set:
                    Blobs.Add(set.PropertiesBlob);
                    break;
            }
        }

        public void Remove(StrataEvent @event)
        {
            switch (@event)
            {
                case LayerRegistered layer:
                    Files.Remove(layer.Kept.Location);
                    Blobs.ExceptWith(BlobsOf(layer));
                    if (Schemas.TryGetValue((layer.Dataset, layer.SchemaSha256), out var same))
                    {
                        Blobs.ExceptWith(same);
                    }

                    break;
                case SegmentPropertiesSet set:
                    Blobs.Remove(set.PropertiesBlob);
                    break;
            }
        }

        private static ImmutableArray<Sha256Digest> BlobsOf(LayerRegistered layer) =>
            layer.PropertiesBlob is { } properties ? [layer.SchemaBlob, layer.ChunkIndexBlob, properties] : [layer.SchemaBlob, layer.ChunkIndexBlob];
    }
}

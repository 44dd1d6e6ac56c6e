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

    public async Task<ErasureReport> EraseAsync(IProgress<ErasureProgress>? progress, CancellationToken cancellationToken)
    {
        if ((await PurgedSegments.ReadAsync(events, cancellationToken)).Unfinished.Count == 0)
        {
            return new(0, 0, 0, 0, []);
        }

        await using var alone = await recordings.LetGoAsync(cancellationToken);
        var purged = await PurgedSegments.ReadAsync(events, cancellationToken);
        var held = await HeldAsync(purged, cancellationToken);
        var named = held.Files.Count;
        await ReleaseSharedAsync(held, purged, progress, cancellationToken);
        var removed = await RemoveAsync(alone, held.Files, cancellationToken);
        var erased = await blobs.EraseBlobsAsync(held.Blobs, cancellationToken);
        foreach (var done in purged.Unfinished)
        {
            await MarkAsync(done, cancellationToken);
        }

        return new(purged.Unfinished.Count, removed, named - held.Files.Count, erased, [.. held.References.Order(StringComparer.Ordinal)]);
    }

    private async Task<int> RemoveAsync(ILettingGo alone, HashSet<string> locations, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var file in await recordings.ListAsync(cancellationToken).Where(f => f.Location is { } location && locations.Contains(location)).ToListAsync(cancellationToken))
        {
            removed += await alone.RemoveAsync(file, cancellationToken) ? 1 : 0;
        }

        return removed;
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
        var held = new Holdings([], [], [], []);
        foreach (var stream in await events.ReadStreamsAsync([.. purged.Unfinished.Select(s => StreamIds.Segment(s.Dataset, s.Segment))], cancellationToken))
        {
            foreach (var recorded in stream.Events.Where(e => IsPurged(purged, e)))
            {
                held.Add(recorded.Event);
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

    /// <param name="Schemas">Blobs of schemas by what the schema is: a dataset's columns are read from the first blob with that schema, whoever brought it.</param>
    private sealed record Holdings(HashSet<string> Files, HashSet<string> References, HashSet<Sha256Digest> Blobs, Dictionary<(DatasetId, Sha256Digest), HashSet<Sha256Digest>> Schemas)
    {
        public void Add(StrataEvent @event)
        {
            switch (@event)
            {
                case LayerRegistered layer:
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

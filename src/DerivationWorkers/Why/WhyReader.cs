using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>Gathers the facts of a story: the I/O around <see cref="WhyStory"/>.</summary>
public sealed class WhyReader(IEventStore events, IWorkClaims claims, IReadModels readModels, IRecordingStore recordings, Func<ReadOnlyMemory<byte>, Schema> readSchema, TimeProvider time)
{
    private const string EntityPathKey = "rerun:entity_path";

    /// <param name="dataset">The dataset itself, or a pin or a moment of it: then all is told as it was.</param>
    public async Task<WhyFacts> ReadAsync(DatasetEntry dataset, string segment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (source, asOf) = (dataset.Source, dataset.AsOf);
        var whole = await ReadStreamsAsync([StreamIds.Segment(source, segment), StreamIds.Dataset(source)], asOf: null, cancellationToken).ConfigureAwait(false);
        var (ofSegment, ofDataset) = (UpTo(whole[0], asOf), UpTo(whole[1], asOf));
        var open = await readModels.Work.OpenAsync(source, [segment], asOf, cancellationToken).ConfigureAwait(false);
        var history = SegmentHistory.Of(ofSegment);
        return new WhyFacts(
            source,
            dataset.Name,
            segment,
            ofSegment,
            ofDataset,
            await readModels.Evaluations.ReadAsync(source, segment, asOf, cancellationToken).ConfigureAwait(false),
            open,
            await ReadAttemptsAsync(open, asOf, cancellationToken).ConfigureAwait(false),
            await ReadEntityPathsAsync(ofSegment, cancellationToken).ConfigureAwait(false),
            (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)
        {
            AsOf = asOf,
            Purge = await PurgeInAsync(source, segment, whole[0], cancellationToken).ConfigureAwait(false),
            YieldedTo = await ReadYieldedToAsync(source, history, asOf, cancellationToken).ConfigureAwait(false),
            Properties = await ReadPropertiesAsync(ofSegment, cancellationToken).ConfigureAwait(false),
            Files = await ReadFilesAsync(history, asOf, cancellationToken).ConfigureAwait(false),
            Released = await ReadReleasedAsync(history, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>The events of each stream up to a position.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<RecordedEvent>>> ReadStreamsAsync(IReadOnlyList<string> streams, long? asOf, CancellationToken cancellationToken)
    {
        var read = await events.ReadStreamsAsync(streams, cancellationToken).ConfigureAwait(false);
        return [.. read.Select(stream => UpTo(stream.Events, asOf))];
    }

    private static IReadOnlyList<RecordedEvent> UpTo(IReadOnlyList<RecordedEvent> events, long? asOf) => asOf is { } position ? [.. events.Where(e => e.Position <= position)] : events;

    /// <summary>The stream says whether there was one at all; whether it is done stands beside the events.</summary>
    private async Task<PurgedSegment?> PurgeInAsync(DatasetId dataset, string segment, IReadOnlyList<RecordedEvent> ofSegment, CancellationToken cancellationToken) =>
        ofSegment.Any(e => e.Event is RecordingPurged) ? (await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false)).Find(dataset, segment) : null;

    /// <summary>Of the present only: claims are no events, and nothing tells what they were.</summary>
    private async Task<IReadOnlyDictionary<Sha256Digest, WorkAttempts>> ReadAttemptsAsync(IReadOnlyList<WorkItem> open, long? asOf, CancellationToken cancellationToken) => asOf is null
        ? (await claims.ReadAsync([.. open.Select(ClaimKeys.Of)], cancellationToken).ConfigureAwait(false)).ToDictionary(a => a.WorkId)
        : new Dictionary<Sha256Digest, WorkAttempts>();

    private async Task<IReadOnlyDictionary<LayerName, long>> ReadYieldedToAsync(DatasetId dataset, SegmentHistory history, long? asOf, CancellationToken cancellationToken)
    {
        var causes = history.Removed.Select(r => r.YieldedTo).OfType<LayerName>().Distinct().ToList();
        var streams = await ReadStreamsAsync([.. causes.Select(c => StreamIds.Segment(dataset, c.Segment))], asOf, cancellationToken).ConfigureAwait(false);
        return causes.Zip(streams, (cause, stream) => (Cause: cause, Standing: SegmentHistory.Of(stream).Find(cause.Layer)))
            .Where(c => c.Standing is not null)
            .ToDictionary(c => c.Cause, c => c.Standing!.Position);
    }

    /// <summary>Also of a past state as it is today: what can be read does not depend on what is asked.</summary>
    private async Task<IReadOnlyList<ReleasedLayer>> ReadReleasedAsync(SegmentHistory history, CancellationToken cancellationToken)
    {
        var gone = await history.All.ToAsyncEnumerable().Where(async (r, token) => !await recordings.IsThereAsync(r.Layer.Kept, token).ConfigureAwait(false)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var released = await ReleasedContent.FindAsync(events, [.. gone.Select(r => r.Layer.Kept.Location).Distinct()], cancellationToken).ConfigureAwait(false);
        return
        [
            .. gone.Where(r => released.TryGetValue(r.Layer.Kept.Location, out var found) && found.Position > r.Position)
                .Select(r => new ReleasedLayer(r.Layer.Layer, r.Layer.Fingerprint, released[r.Layer.Kept.Location].How, history.Find(r.Layer.Layer)?.Layer.Fingerprint == r.Layer.Fingerprint))
                .Distinct(),
        ];
    }

    /// <summary>What was noted of a referenced file is old by the time somebody asks: it is looked at again; of a past state only what had been noted by then.</summary>
    private async Task<IReadOnlyList<ReferencedFile>> ReadFilesAsync(SegmentHistory history, long? asOf, CancellationToken cancellationToken)
    {
        var references = history.Current.Where(r => r.Layer.Kept.Mode == KeepMode.Reference).ToList();
        var streams = await ReadStreamsAsync([.. references.Select(r => StreamIds.Recording(r.Layer.Fingerprint))], asOf, cancellationToken).ConfigureAwait(false);
        var files = references.Zip(streams).ToAsyncEnumerable().Select(async (pair, token) => await FileOfAsync(pair.First, pair.Second, asOf, token).ConfigureAwait(false));
        return await files.Where(file => file is not { NotedAt: null, Trouble: null }).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ReferencedFile> FileOfAsync(LayerRecord layer, IEnumerable<RecordedEvent> recording, long? asOf, CancellationToken cancellationToken)
    {
        var noted = recording.LastOrDefault(e => e.Position > layer.Position && e.Event is RecordingChanged changed
            && changed.Dataset == layer.Layer.Dataset && changed.Segment == layer.Layer.Segment && changed.Layer == layer.Layer.Layer);
        var trouble = asOf is null ? await TroubleOfAsync(layer.Layer.Kept, cancellationToken).ConfigureAwait(false) : null;
        return new(layer.Layer.Layer, noted?.Position, (noted?.Event as RecordingChanged)?.Detail, trouble) { IsLookedAt = asOf is null };
    }

    private async ValueTask<string?> TroubleOfAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        try
        {
            using var file = await recordings.OpenAsync(kept, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private async Task<IReadOnlyDictionary<string, RecordBatch>> ReadPropertiesAsync(IEnumerable<RecordedEvent> segmentEvents, CancellationToken cancellationToken)
    {
        var named = SegmentHistory.Of(segmentEvents).Current.Where(r => r.Layer.PropertiesBlob is not null).ToDictionary(r => r.Layer.Layer, r => r.Layer.PropertiesBlob!.Value, StringComparer.Ordinal);
        var blobs = await events.ReadBlobsAsync([.. named.Values.Distinct()], cancellationToken).ConfigureAwait(false);
        return named.Where(p => blobs.ContainsKey(p.Value)).ToDictionary(p => p.Key, p => RecordBatch.FromIpcStream(blobs[p.Value]), StringComparer.Ordinal);
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadEntityPathsAsync(IEnumerable<RecordedEvent> segmentEvents, CancellationToken cancellationToken)
    {
        var current = SegmentHistory.Of(segmentEvents).Current.Select(r => r.Layer).ToList();
        var blobs = await events.ReadBlobsAsync([.. current.Select(l => l.SchemaBlob).Distinct()], cancellationToken).ConfigureAwait(false);
        return current.ToDictionary(l => l.Layer, l => blobs.TryGetValue(l.SchemaBlob, out var ipc) ? EntityPaths(readSchema(ipc)) : [], StringComparer.Ordinal);
    }

    private static IReadOnlyList<string> EntityPaths(Schema schema) =>
    [
        .. schema.FieldsList
            .Select(f => f.Metadata.GetValueOrDefault(EntityPathKey))
            .OfType<string>()
            .Where(p => !p.StartsWith("/__properties", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];
}

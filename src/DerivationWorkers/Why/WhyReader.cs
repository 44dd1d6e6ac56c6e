using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;

namespace Strata.DerivationWorkers;

/// <summary>Gathers the facts of a story: the I/O around <see cref="WhyStory"/>.</summary>
public sealed class WhyReader(IEventStore events, IWorkClaims claims, IReadModels readModels, IRecordingStore recordings, Func<ReadOnlyMemory<byte>, Schema> readSchema, TimeProvider time)
{
    private const string EntityPathKey = "rerun:entity_path";

    /// <returns>Null when there is no such dataset.</returns>
    public async Task<WhyFacts?> ReadAsync(string dataset, string segment, CancellationToken cancellationToken)
    {
        if (await readModels.Entries.FindAsync(dataset, cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return null;
        }

        var streams = await events.ReadStreamsAsync([StreamIds.Segment(entry.Dataset, segment), StreamIds.Dataset(entry.Dataset)], cancellationToken).ConfigureAwait(false);
        var open = await readModels.Work.OpenAsync(entry.Dataset, [segment], cancellationToken).ConfigureAwait(false);
        var attempts = await claims.ReadAsync([.. open.Select(ClaimKeys.Of)], cancellationToken).ConfigureAwait(false);
        var history = SegmentHistory.Of(streams[0].Events);
        return new WhyFacts(
            entry.Dataset,
            entry.Name,
            segment,
            streams[0].Events,
            streams[1].Events,
            await readModels.Evaluations.ReadAsync(entry.Dataset, segment, cancellationToken).ConfigureAwait(false),
            open,
            attempts.ToDictionary(a => a.WorkId),
            await ReadEntityPathsAsync(streams[0].Events, cancellationToken).ConfigureAwait(false),
            (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)
        {
            YieldedTo = await ReadYieldedToAsync(entry.Dataset, history, cancellationToken).ConfigureAwait(false),
            Properties = await ReadPropertiesAsync(streams[0].Events, cancellationToken).ConfigureAwait(false),
            Files = await ReadFilesAsync(history, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<IReadOnlyDictionary<LayerName, long>> ReadYieldedToAsync(DatasetId dataset, SegmentHistory history, CancellationToken cancellationToken)
    {
        var causes = history.Removed.Select(r => r.YieldedTo).OfType<LayerName>().Distinct().ToList();
        var streams = await events.ReadStreamsAsync([.. causes.Select(c => StreamIds.Segment(dataset, c.Segment))], cancellationToken).ConfigureAwait(false);
        return causes.Zip(streams, (cause, stream) => (Cause: cause, Standing: SegmentHistory.Of(stream.Events).Find(cause.Layer)))
            .Where(c => c.Standing is not null)
            .ToDictionary(c => c.Cause, c => c.Standing!.Position);
    }

    /// <summary>What was noted of a referenced file is old by the time somebody asks: it is looked at again.</summary>
    private async Task<IReadOnlyList<ReferencedFile>> ReadFilesAsync(SegmentHistory history, CancellationToken cancellationToken)
    {
        var references = history.Current.Where(r => r.Layer.Kept.Mode == KeepMode.Reference).ToList();
        var streams = await events.ReadStreamsAsync([.. references.Select(r => StreamIds.Recording(r.Layer.Fingerprint))], cancellationToken).ConfigureAwait(false);
        return [.. references.Zip(streams, (layer, stream) => FileOf(layer, stream.Events)).Where(file => file is not { NotedAt: null, Trouble: null })];
    }

    private ReferencedFile FileOf(LayerRecord layer, IEnumerable<RecordedEvent> recording)
    {
        var noted = recording.LastOrDefault(e => e.Position > layer.Position && e.Event is RecordingChanged changed
            && changed.Dataset == layer.Layer.Dataset && changed.Segment == layer.Layer.Segment && changed.Layer == layer.Layer.Layer);
        return new(layer.Layer.Layer, noted?.Position, (noted?.Event as RecordingChanged)?.Detail, TroubleOf(layer.Layer.Kept));
    }

    private string? TroubleOf(KeptBytes kept)
    {
        try
        {
            using var file = recordings.Open(kept);
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

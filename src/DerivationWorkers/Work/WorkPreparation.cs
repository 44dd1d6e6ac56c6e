using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>Reads what a page of claimed items needs in three round trips, whatever their number: segment streams, blobs, and attempts of those tried too often.</summary>
internal sealed class WorkPreparation(IEventStore store, IWorkClaims claims, RuleBook rules, WorkerOptions options)
{
    /// <returns>In the order given; null where an input or the rule is not current any more, so that nothing is left to do.</returns>
    public async Task<IReadOnlyList<PreparedWork?>> PrepareAsync(IReadOnlyList<ClaimedItem> items, CancellationToken cancellationToken)
    {
        var segments = await ReadSegmentsAsync(items, cancellationToken).ConfigureAwait(false);
        var resolved = new (RuleRow Rule, IReadOnlyList<LayerRegistered> Inputs, SegmentLayers Segment)?[items.Count];
        var hashes = new HashSet<Sha256Digest>();
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i].Item;
            var segment = segments[StreamIds.Segment(item.Dataset, item.Segment)];
            var rule = await rules.FindAsync(item.Dataset, item.Rule, item.Revision, cancellationToken).ConfigureAwait(false);
            if (rule is not null && segment.Resolve(item.Inputs) is { } inputs)
            {
                resolved[i] = (rule, inputs, segment);
                hashes.UnionWith(inputs.Select(l => l.SchemaBlob));
                hashes.UnionWith(inputs.Select(l => l.ChunkIndexBlob));
            }
        }

        var blobs = hashes.Count == 0
            ? new Dictionary<Sha256Digest, ReadOnlyMemory<byte>>()
            : await store.ReadBlobsAsync(hashes, cancellationToken).ConfigureAwait(false);
        var waitedForSpace = await ReadWaitedForSpaceAsync(items, cancellationToken).ConfigureAwait(false);
        return [.. items.Select((item, i) => resolved[i] is { } found
            ? new PreparedWork(
                item,
                found.Rule,
                [.. found.Inputs.Select(l => PreparedInput.Of(l, blobs))],
                found.Segment.Find(found.Rule.OutputLayer),
                waitedForSpace.Contains(item.Claim.WorkId)) { TraceParent = found.Segment.TraceOf(found.Inputs) }
            : null)];
    }

    private async Task<Dictionary<string, SegmentLayers>> ReadSegmentsAsync(IReadOnlyList<ClaimedItem> items, CancellationToken cancellationToken)
    {
        var streamIds = items.Select(i => StreamIds.Segment(i.Item.Dataset, i.Item.Segment)).Distinct(StringComparer.Ordinal).ToList();
        var streams = await store.ReadStreamsAsync(streamIds, cancellationToken).ConfigureAwait(false);
        return streams.ToDictionary(s => s.StreamId, s => SegmentLayers.Of(s.Events), StringComparer.Ordinal);
    }

    private async Task<HashSet<Sha256Digest>> ReadWaitedForSpaceAsync(IReadOnlyList<ClaimedItem> items, CancellationToken cancellationToken)
    {
        var triedTooOften = items.Where(i => i.Claim.Attempt > options.MaxAttempts).Select(i => i.Claim).ToDictionary(c => c.WorkId);
        if (triedTooOften.Count == 0)
        {
            return [];
        }

        var attempts = await claims.ReadAsync([.. triedTooOften.Keys], cancellationToken).ConfigureAwait(false);
        return [.. attempts.Where(a => PostponedReason.SaysStorageFull(a.LastReason, triedTooOften[a.WorkId].Attempt - 1)).Select(a => a.WorkId)];
    }
}

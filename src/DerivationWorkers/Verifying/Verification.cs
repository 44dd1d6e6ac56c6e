using System.Diagnostics;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>
/// Compares the kept bytes with what the log says of them, whole files and not only what a deriver reads, and derives derived layers again from their provenance.
/// Changes no layer; a reference that is not what was registered is noted in the log, once. Source: DESIGN §4.1, §5, rule 7, §12.
/// </summary>
public sealed class Verification(IEventStore events, ISegmentTable segmentTable, IRecordingStore recordings, IRegistrar registrar, RecordingReading reading, DeriverRegistry derivers)
{
    // A page of streams in memory; a dataset of any size passes through it.
    private const int SegmentsAtOnce = 64;

    private const string SegmentColumn = "rerun_segment_id";
    private const string SizeColumn = "rerun_size_bytes";

    private readonly FileCheck _files = new(events, recordings, registrar);
    private readonly DerivationCheck _derivations = new(events, recordings, reading, derivers);

    /// <param name="asOf">The layers that stood as of this position, such as those that a pin shows; null: those that stand now.</param>
    /// <param name="segment">Null: all of the dataset.</param>
    /// <param name="layer">Null: all layers.</param>
    /// <exception cref="RecordingStorageException">The store is away: nothing can be said of what lies in it.</exception>
    public async Task<VerifyReport> RunAsync(DatasetId dataset, long? asOf, string? segment, string? layer, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var tally = new VerifyTally();
        var purges = await PurgedSegments.ReadAsync(events, cancellationToken).ConfigureAwait(false);
        var sizes = segment is null ? await ListSegmentsAsync(dataset, asOf, layer, cancellationToken).ConfigureAwait(false) : [(segment, 0)];
        var total = sizes.Sum(s => s.SizeBytes);
        var done = 0L;
        foreach (var page in sizes.Chunk(SegmentsAtOnce))
        {
            var streams = await events.ReadStreamsAsync([.. page.Select(s => StreamIds.Segment(dataset, s.Segment))], cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                page.Zip(streams, (s, stream) => (s.SizeBytes, History: SegmentHistory.Of(asOf is { } position ? [.. stream.Events.Where(e => e.Position <= position)] : stream.Events))),
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                async (target, token) =>
                {
                    var (purged, standing) = Split(target.History.Current.Where(r => layer is null || r.Layer.Layer == layer), r => purges.Covers(dataset, r.Layer.Segment, r.Position));
                    LayerRegistered[] layers = [.. standing.Select(r => r.Layer)];
                    if (purged.Count > 0)
                    {
                        tally.AddPurged(purges.Find(dataset, purged[0].Layer.Segment)!);
                    }

                    var own = target.SizeBytes;
                    if (segment is not null)
                    {
                        total = own = layers.Sum(l => l.FileSizeBytes);
                    }

                    // The table's sizes leave out footers, and know nothing of inputs that stand no more: a segment never counts more than was promised of it.
                    var counted = 0L;
                    var check = new SegmentCheck(target.History, _files, _derivations, bytes =>
                    {
                        tally.AddRead(bytes);
                        Count(Math.Min(bytes, own - counted));
                    });
                    foreach (var registered in layers)
                    {
                        tally.Add(registered.Segment, registered.Layer, await check.RunAsync(registered, token).ConfigureAwait(false));
                    }

                    Count(own - counted);

                    void Count(long bytes)
                    {
                        counted += bytes;
                        progress?.Report(new(Interlocked.Add(ref done, bytes), total));
                    }
                }).ConfigureAwait(false);
        }

        return tally.ToReport(clock.Elapsed);
    }

    private static (List<LayerRecord> Purged, List<LayerRecord> Standing) Split(IEnumerable<LayerRecord> records, Func<LayerRecord, bool> isPurged)
    {
        var groups = records.ToLookup(isPurged);
        return ([.. groups[true]], [.. groups[false]]);
    }

    private async Task<IReadOnlyList<(string Segment, long SizeBytes)>> ListSegmentsAsync(DatasetId dataset, long? asOf, string? layer, CancellationToken cancellationToken)
    {
        var query = new TableQuery(AsOf: asOf) { Columns = [SegmentColumn, SizeColumn], Layers = layer is null ? null : [layer] };
        var table = await segmentTable.ReadAsync(dataset, query, cancellationToken).ConfigureAwait(false);
        var (ids, sizes) = ((StringArray)table.Column(SegmentColumn), (PrimitiveArray<ulong>)table.Column(SizeColumn));
        return [.. Enumerable.Range(0, ids.Length).Select(i => (ids.GetString(i)!, (long)sizes.Values[i]))];
    }
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Web;

namespace Strata.Cli;

/// <summary>How much there is, looked up now and then: the meter <c>Strata.Catalog</c>. A scrape must not wait for a query. Names and units: docs/operations.md §Metrics.</summary>
internal sealed class CatalogMeasures(IEventStore events, IReadModels models, IDiskUsage usage, DiskFolders disks, DataDirectory data, HostSettings settings, TimeProvider time, ILogger<CatalogMeasures> logger) : BackgroundService
{
    public const string MeterName = "Strata.Catalog";

    /// <summary>As often as a scrape usually comes.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new(MeterName, StrataVersion.Current);
    private long _unfinishedPurges;
    private long _open;
    private long _quarantined;
    private long _recordingBytes;
    private long _logBytes;
    private long _readModelBytes;

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _meter.CreateObservableGauge("strata.work.open", () => Interlocked.Read(ref _open), "{item}", "Evaluations that the rules ask for and nobody has made yet");
        _meter.CreateObservableGauge("strata.quarantine.open", () => Interlocked.Read(ref _quarantined), "{recording}", "Recordings that lie in quarantine now");
        _meter.CreateObservableGauge("strata.purges.unfinished", () => Interlocked.Read(ref _unfinishedPurges), "{segment}", "Segments that were purged and are not erased yet");
        _meter.CreateObservableGauge("strata.recordings.size", () => Interlocked.Read(ref _recordingBytes), "By", "Bytes of the folder of recordings and derived layers; where those go to a bucket, of uploads that are not whole");
        _meter.CreateObservableGauge("strata.log.size", () => Interlocked.Read(ref _logBytes), "By", "Bytes of the event log in the data directory; 0 where it is a database");
        _meter.CreateObservableGauge("strata.readmodels.size", () => Interlocked.Read(ref _readModelBytes), "By", "Bytes of the tables");
        _meter.CreateObservableGauge("strata.disk.free", () => Free(), "By", "Bytes that are free on the disk of a folder that this process writes");
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            do
            {
                await Task.Run(() => LookAsync(stoppingToken), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("measures: stopped");
        }
    }

    private IEnumerable<Measurement<long>> Free() => disks.Paths.Select(folder => new Measurement<long>(DiskFolders.FreeBytes(folder), new KeyValuePair<string, object?>("folder", folder)));

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Interlocked.Exchange(ref _unfinishedPurges, (await PurgedSegments.ReadUnfinishedAsync(events, cancellationToken)).Count);
            Interlocked.Exchange(ref _open, await models.Work.CountOpenAsync(null, cancellationToken));
            Interlocked.Exchange(ref _quarantined, (await models.Quarantine.ReadAsync(null, cancellationToken)).Count(q => q.State == "quarantined"));
            Interlocked.Exchange(ref _logBytes, usage.LogBytes() ?? 0);
            Interlocked.Exchange(ref _readModelBytes, usage.ReadModelBytes());
            var recordings = new DirectoryInfo(data.RecordingsOf(settings));
            Interlocked.Exchange(ref _recordingBytes, recordings.Exists ? recordings.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Files come and go while they are counted, and tables are replaced: the next look is soon.
            logger.LogDebug("measures: {Reason}", e.Message);
        }
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Cli;

/// <summary>Removes what a crash left behind in the recording store, at start and then daily. Source: DESIGN rule 15.</summary>
internal sealed class OrphanSweep(IEventStore store, IRecordingStore recordings, TimeProvider clock, ILogger<OrphanSweep> logger) : BackgroundService
{
    /// <summary>Longer than any registration takes from its bytes to its event.</summary>
    private static readonly TimeSpan OldEnough = TimeSpan.FromHours(24);

    private static readonly TimeSpan Period = TimeSpan.FromHours(24);

    private const int EventsPerPage = 1_000;

    /// <returns>How many files were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        HashSet<UInt128>? named = null;
        return await recordings.CollectOrphansAsync(IsNamedAsync, OldEnough, cancellationToken);

        // Asked of old files only; one kept again after the log was read is young again, and so is not removed.
        async Task<bool> IsNamedAsync(string location, CancellationToken token)
        {
            named ??= await NamedAsync(token);
            return named.Contains(KeyOf(location));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Period, clock);
            do
            {
                // Off the starting thread: a long log must not hold up the start of the others.
                await Task.Run(() => SweepAndTellAsync(stoppingToken), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("orphans: stopped");
        }
    }

    private async Task SweepAndTellAsync(CancellationToken cancellationToken)
    {
        try
        {
            var collected = await SweepAsync(cancellationToken);
            logger.Log(collected > 0 ? LogLevel.Information : LogLevel.Debug, "orphans: removed {Count} old files that no event names", collected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("orphans: cannot sweep: {Reason}; they only take room, and are tried again in {Hours} h", e.Message, Period.TotalHours);
        }
    }

    /// <summary>Locations of all bytes that any event ever named: those of replaced layers stay readable.</summary>
    private async Task<HashSet<UInt128>> NamedAsync(CancellationToken cancellationToken)
    {
        var named = new HashSet<UInt128>();
        var head = await store.HeadAsync(cancellationToken);
        var purged = await PurgedSegments.ReadAsync(store, cancellationToken);
        for (var position = 0L; position < head;)
        {
            var page = await store.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var recorded in page.Events)
            {
                if (KeptBy(recorded, purged) is { } kept)
                {
                    named.Add(KeyOf(kept.Location));
                }
            }

            position = page.NextPosition;
        }

        return named;
    }

    private static KeptBytes? KeptBy(RecordedEvent recorded, PurgedSegments purged) => recorded.Event switch
    {
        LayerRegistered layer => purged.Covers(layer.Dataset, layer.Segment, recorded.Position) ? null : layer.Kept,
        RecordingQuarantined quarantined => quarantined.Kept,
        _ => null,
    };

    /// <summary>16 bytes in place of a text of 80, for millions of layers; two alike would only keep a file.</summary>
    private static UInt128 KeyOf(string location) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(location)));
}

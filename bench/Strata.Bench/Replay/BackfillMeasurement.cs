using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Bench;

/// <summary>
/// What a fleet has already: its recordings are registered in one call, each looked at and referred to, until the append is durable; then until all read models show
/// them. Registrar and log in one process, no rules.
/// </summary>
internal static class BackfillMeasurement
{
    private const int QuickRecordings = 1_000;
    private const int FullRecordings = 10_000;

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var count = options.Quick ? QuickRecordings : FullRecordings;
        var files = RecordingSets.FilesOf(await RecordingSets.MadeAsync(count, RecordingSets.SmallRows, cancellationToken));
        for (var run = 1; run <= options.Runs; run++)
        {
            await MeasuredLog.ForEachAsync(log => MeasureAsync(log, files, run, results, cancellationToken), cancellationToken);
        }
    }

    private static async Task MeasureAsync(MeasuredLog log, IReadOnlyList<string> files, int run, ResultFile results, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{log.Adapter}: back-fill of {files.Count} recordings in one call");
        var registrar = new CatalogRegistrar(
            log.Store, new LocalRecordingStore(new(Path.Combine(log.Folder, "recordings"), [], null)), new RecordingInspector(), NullLogger<CatalogRegistrar>.Instance);
        var command = new RegisterRecordings(
            "bench", "base", [.. files.Select(f => new RecordingRequest(f, new Uri(f).AbsoluteUri))], OnDuplicate.Known, KeepMode.Reference, [], new("cli", "bench"), null);
        long head = 0;
        await AppendCost.AddAsync(
            results,
            log,
            name,
            "recording",
            run,
            async () =>
            {
                var outcome = await registrar.RegisterAsync(command, null, cancellationToken);
                head = outcome.Position;
                return outcome.Recordings.Count(r => r.Status == RegistrationStatus.Registered) is var registered && registered == files.Count
                    ? registered
                    : throw new InvalidOperationException($"expected {files.Count} recordings to be registered, found {registered}");
            },
            cancellationToken);

        using var models = ReadModels.Open(log.Folder, log.Store, NullLogger<ReadModels>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = Stopwatch.StartNew();
        var following = new ProjectionRunner(models, log.Store, log.Leases, new RunnerOptions("bench"), TimeProvider.System, NullLogger<ProjectionRunner>.Instance).RunAsync(stop.Token);
        await models.WaitForAsync(head, cancellationToken);
        results.Add(new Sample($"{name}: then until all read models show them", Side.Strata, run, clock.Elapsed.TotalSeconds, "s"));
        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

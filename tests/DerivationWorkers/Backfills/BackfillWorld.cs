using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A catalog whose segments were derived by revision 1 of the how-to's rules, and what a back-fill of <c>tracking_error</c> needs.</summary>
internal sealed class BackfillWorld : IAsyncDisposable
{
    public const string Rule = "tracking_error";

    private readonly List<(CancellationTokenSource Stop, Task Running)> _running = [];

    private BackfillWorld(Catalog catalog, TimeProvider time) => (Catalog, Time) = (catalog, time);

    public Catalog Catalog { get; }

    public TimeProvider Time { get; }

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    private static EventSource Person { get; } = new("cli", "ann");

    /// <param name="segments">Derived by a worker that is stopped then.</param>
    public static async Task<BackfillWorld> CreateAsync(int segments, TimeProvider? time = null)
    {
        var world = new BackfillWorld(await Catalog.CreateAsync(time), time ?? TimeProvider.System);
        var worker = world.StartWorker();
        if (segments == 0)
        {
            await worker.StopAsync();
            return world;
        }

        await world.Catalog.RegisterAsync(OnDuplicate.Known, [.. Enumerable.Range(0, segments).Select(i => world.Catalog.Write(Segment(i), 0.1, 0.2 + i))]);
        await world.Catalog.WaitUntilSettledAsync();
        await worker.StopAsync();
        return world;
    }

    public static string Segment(int i) => $"s{i:0000}";

    public static DeriverRegistry Derivers(int version, bool? matches = null) => new([new VersionedDeriver(new TrackingErrorDeriver(), version, matches), new QualityDeriver()]);

    private static DeriverRegistry Real() => new([new TrackingErrorDeriver(), new QualityDeriver()]);

    /// <summary>A revision with other parameters, which derives other bytes.</summary>
    public Task DeclareAsync(string parameters = """{"perJoint":true}""") =>
        Catalog.Registrar.DeclareRuleAsync(new(Catalog.Dataset, new(Rule, Rule, ["base"], Rule, CanonicalJson.Parse(parameters)), Person), Stopped);

    public async Task<string> BeginAsync(int revision, int? version = null, bool force = false, string? where = null, int? rate = null)
    {
        var started = await Catalog.Backfills.StartBackfillAsync(
            new(Catalog.Dataset, Rule, revision, Rule, version ?? new TrackingErrorDeriver().Version, force, where, rate, 1, Person), Stopped);
        await Catalog.ReadModels.WaitForAsync(started.Position, Stopped);
        return started.BackfillId;
    }

    public Task SteerAsync(string backfill, BackfillStep step) => Catalog.Backfills.SteerBackfillAsync(new(backfill, step, "asked", Person), Stopped);

    public BackfillPorts Ports(string owner = "driver", ILeases? leases = null, IBackfills? backfills = null, ISegmentConditions? conditions = null) =>
        new(Catalog.Log, Catalog.ReadModels, leases ?? Catalog.Leases, backfills ?? Catalog.Backfills, conditions ?? new Endings(), owner);

    public BackfillSteps Steps(int? version = null) => new(Ports(), version is { } of ? Derivers(of) : Real(), Time, NullLogger.Instance);

    public BackfillDriver Driver(BackfillPorts? ports = null, DeriverRegistry? derivers = null) => new(ports ?? Ports(), derivers ?? Real(), Time, NullLogger<BackfillDriver>.Instance);

    public Run StartWorker(DeriverRegistry? derivers = null, string owner = "worker") => Start(Catalog.Worker(owner, derivers ?? Real()).RunAsync);

    public Run Start(Func<CancellationToken, Task> loop)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Stopped);
        var running = Task.Run(() => loop(stop.Token), Stopped);
        _running.Add((stop, running));
        return new(stop, running);
    }

    public async Task<BackfillRow> RowAsync(string backfill)
    {
        await Catalog.ReadModels.WaitForAsync(await Catalog.Log.HeadAsync(Stopped), Stopped);
        return (await Catalog.ReadModels.Backfills.FindAsync(backfill, asOf: null, Stopped))!;
    }

    public async Task<BackfillRow> UntilAsync(string backfill, Func<BackfillRow, bool> until)
    {
        while (true)
        {
            var seen = Catalog.ReadModels.Position;
            if (await Catalog.ReadModels.Backfills.FindAsync(backfill, asOf: null, Stopped) is { } row && until(row))
            {
                return row;
            }

            await Catalog.ReadModels.WaitForChangeAsync(seen, Stopped);
        }
    }

    public Task<BackfillRow> FinishedAsync(string backfill) => UntilAsync(backfill, row => row.State == BackfillStates.Finished);

    public async Task<IReadOnlyList<T>> EventsAsync<T>()
        where T : StrataEvent => [.. (await Catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).OfType<T>()];

    public async ValueTask DisposeAsync()
    {
        foreach (var (stop, running) in _running)
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }

        await Catalog.DisposeAsync();
    }

    internal sealed class Run(CancellationTokenSource stop, Task running)
    {
        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await running;
        }
    }

    /// <summary>A condition holds for segments whose id ends so.</summary>
    private sealed class Endings : ISegmentConditions
    {
        public Task<string?> RefuseAsync(DatasetId dataset, string condition, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task<IReadOnlyList<string>> HoldsForAsync(DatasetId dataset, string condition, long? asOf, IReadOnlyList<string> segments, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>([.. segments.Where(s => s.EndsWith(condition, StringComparison.Ordinal))]);
    }
}

using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>The real rooms put together in a folder of their own: log, recordings, Registrar, read models, the how-to's rules and derivers.</summary>
internal sealed class Catalog : IAsyncDisposable
{
    public const string Name = "arms";

    private static readonly EventSource Cli = new("cli", null);
    private readonly string _directory;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly SqliteEventStore _log;
    private readonly ReadModels _readModels;

    private Catalog(string directory, SqliteEventStore log)
    {
        (_directory, _log) = (directory, log);
        Recordings = new LocalRecordingStore(new(directory, [], null));
        Inspector = new RecordingInspector();
        Registrar = new CatalogRegistrar(log, Recordings, Inspector, NullLogger<CatalogRegistrar>.Instance);
        _readModels = Projections.ReadModels.Open(directory, log, NullLogger<ReadModels>.Instance);
        _running.Add(Task.Run(() => new ProjectionRunner(_readModels, log, log, new RunnerOptions("test"), TimeProvider.System, NullLogger<ProjectionRunner>.Instance).RunAsync(_stop.Token), Stopped));
    }

    public IEventStore Log => _log;

    public IReadModels ReadModels => _readModels;

    public IRecordingStore Recordings { get; }

    public RecordingInspector Inspector { get; }

    public IRegistrar Registrar { get; }

    public IBackfills Backfills => (IBackfills)Registrar;

    public ILeases Leases => _log;

    public DatasetId Dataset { get; private set; }

    public Verification Verification => VerificationBy(Derivers);

    public Verification VerificationBy(params IEnumerable<IDeriver> derivers) => VerificationBy(new DeriverRegistry(derivers));

    public async Task<WhyFacts> WhyAsync(string segment, CancellationToken cancellationToken)
    {
        var reader = new WhyReader(_log, _log, _readModels, Recordings, Reading.ReadSchema, TimeProvider.System);
        return await reader.ReadAsync((await _readModels.Entries.FindAsync(Name, cancellationToken))!, segment, cancellationToken);
    }

    public Verification VerificationBy(DeriverRegistry derivers) => new(_log, _readModels.Segments, Recordings, Registrar, Reading, derivers);

    private RecordingReading Reading => RecordingReading.With(Inspector);

    private static DeriverRegistry Derivers { get; } = new([new TrackingErrorDeriver(), new QualityDeriver()]);

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    public static async Task<Catalog> CreateAsync(TimeProvider? time = null)
    {
        var directory = Directory.CreateTempSubdirectory("strata-catalog-").FullName;
        var catalog = new Catalog(directory, await SqliteEventStore.OpenAsync(directory, time ?? TimeProvider.System, NullLogger.Instance, Stopped));
        catalog.Dataset = (await catalog.Registrar.CreateDatasetAsync(new(Name, KeepMode.Copy, HowToRules.Definitions, Cli), Stopped)).Dataset;
        return catalog;
    }

    public DerivationWorker WorkerWith(params IEnumerable<IDeriver> derivers) => Worker("worker", Recordings, null, new(derivers));

    public DerivationWorker WorkerWith(DeriverRegistry derivers, Func<WorkerOptions, WorkerOptions>? options = null, IRecordingStore? recordings = null) =>
        Worker("worker", recordings ?? Recordings, options, derivers);

    public Task DeclareAsync(string rule, string deriver, string parameters = "{}", string input = "base") =>
        Registrar.DeclareRuleAsync(new(Dataset, new(rule, deriver, [input], rule, CanonicalJson.Parse(parameters)), Cli), Stopped);

    public DerivationWorker Worker(string owner = "worker", IRecordingStore? recordings = null, Func<WorkerOptions, WorkerOptions>? options = null) =>
        Worker(owner, recordings ?? Recordings, options, Derivers);

    public DerivationWorker Worker(string owner, DeriverRegistry derivers) => Worker(owner, Recordings, null, derivers);

    private DerivationWorker Worker(string owner, IRecordingStore recordings, Func<WorkerOptions, WorkerOptions>? options, DeriverRegistry derivers) => new(
        new(_log, _log, _readModels, recordings, Registrar),
        Reading,
        derivers,
        options?.Invoke(new(owner)) ?? new(owner),
        TimeProvider.System,
        NullLogger<DerivationWorker>.Instance);

    public void Start(DerivationWorker worker) => _running.Add(Task.Run(() => worker.RunAsync(_stop.Token), Stopped));

    /// <summary>Works until it is disposed of.</summary>
    public IAsyncDisposable StartUntilDisposed(DerivationWorker worker) => new RunningWorker(worker);

    public Task<RegisterOutcome> RegisterAsync(OnDuplicate onDuplicate, params ImmutableArray<string> paths) => RegisterAsync("base", onDuplicate, null, paths);

    public Task<RegisterOutcome> RegisterAsync(OnDuplicate onDuplicate, KeepMode? keep, params ImmutableArray<string> paths) => RegisterAsync("base", onDuplicate, keep, paths);

    /// <summary>A layer that a rule would make, made by somebody else.</summary>
    public Task<RegisterOutcome> GiveAsync(string layer, string path) => RegisterAsync(layer, OnDuplicate.Known, null, path);

    private async Task<RegisterOutcome> RegisterAsync(string layer, OnDuplicate onDuplicate, KeepMode? keep, params ImmutableArray<string> paths)
    {
        var outcome = await Registrar.RegisterAsync(
            new(Name, layer, [.. paths.Select(p => new RecordingRequest(p, $"file://{p}"))], onDuplicate, keep, [], Cli, null), null, Stopped);
        outcome.Recordings.ShouldAllBe(r => r.Status != RegistrationStatus.Failed && r.Status != RegistrationStatus.Quarantined);
        return outcome;
    }

    /// <summary>Ends when no rule has anything to do.</summary>
    public async Task WaitUntilSettledAsync()
    {
        await ReadModels.WaitForAsync(await Log.HeadAsync(Stopped), Stopped);
        while (true)
        {
            var seen = ReadModels.Position;
            if (await ReadModels.Work.CountOpenAsync(Dataset, Stopped) == 0)
            {
                return;
            }

            await ReadModels.WaitForChangeAsync(seen, Stopped);
        }
    }

    public async Task<LayerRegistered?> FindLayerAsync(string segment, string layer) =>
        SegmentLayers.Of((await Log.ReadStreamsAsync([StreamIds.Segment(Dataset, segment)], Stopped))[0].Events).Find(layer);

    /// <summary>A recording of two joints in as many rows as there are offsets between command and observation.</summary>
    public string Write(string segment, params double[] offsets) => Write(segment, Joints(new(), offsets).Chunks);

    /// <summary>The same with a row of values beside the joints, before them in the file.</summary>
    public string WriteWithCamera(string segment, IEnumerable<double> camera, params double[] offsets) =>
        Write(segment, Joints(new RecordingBuilder().AddStatic("/camera", [.. camera]), offsets).Chunks);

    private static RecordingBuilder Joints(RecordingBuilder recording, double[] offsets)
    {
        var times = Enumerable.Range(0, offsets.Length).Select(i => i * 1_000_000L).ToArray();
        return recording
            .Add("/action/joint_positions", times, [.. offsets.Select(o => new[] { o, 0.0 })])
            .Add("/observation/joint_positions", times, [.. offsets.Select(_ => new[] { 0.0, 0.0 })]);
    }

    /// <summary>A layer of tracking errors without any property, one a row.</summary>
    public string WriteErrors(string segment, params double[] errors) => Write(
        segment,
        new RecordingBuilder().Add("/derived/tracking_error", [.. Enumerable.Range(0, errors.Length).Select(i => i * 1_000_000L)], [.. errors.Select(e => new[] { e })]).Chunks);

    private string Write(string segment, IEnumerable<Chunk> chunks)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording(RecordingBuilder.Application, segment);
        writer.SetStoreInfo(store, StoreSource.Other("tests"), new(1, 1));
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(store, chunk);
        }

        writer.Finish().ShouldBeNull();
        var path = Path.Combine(_directory, $"{segment}-{Guid.NewGuid():N}.rrd");
        File.WriteAllBytes(path, output.WrittenSpan);
        return path;
    }

    /// <summary>The file in the recording store that holds these bytes.</summary>
    public string FindFile(KeptBytes kept) =>
        Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories).Single(f => f.EndsWith(Path.GetFileName(kept.Location), StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var running in _running)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _readModels.Dispose();
        await _log.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private sealed class RunningWorker : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public RunningWorker(DerivationWorker worker) => _running = Task.Run(() => worker.RunAsync(_stop.Token), Stopped);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}

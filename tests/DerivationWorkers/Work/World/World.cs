using System.Collections.Immutable;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A catalog with a real log and real claims on disk, recordings that are texts, two rules (tracking_error, quality), and workers to order.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string TrackingError = "tracking_error";
    public const string Quality = "quality";

    private static readonly Sha256Digest ArmSchema = Sha256Digest.Of("arm"u8);
    private readonly string _directory;
    private readonly List<(CancellationTokenSource Stop, Task Running)> _workers = [];

    private World(string directory, SqliteEventStore log, ManualTime time, bool silentReadModels)
    {
        (_directory, Log, Time) = (directory, log, time);
        ReadModels = new(log) { Silent = silentReadModels };
        Registrar = new(log);
        Claims = new(log);
    }

    public DatasetId Dataset { get; } = DatasetId.New();

    public SqliteEventStore Log { get; }

    public ManualTime Time { get; }

    public ObservedClaims Claims { get; }

    public FoldedReadModels ReadModels { get; }

    public PlainRegistrar Registrar { get; }

    public MemoryRecordings Recordings { get; } = new();

    public TextDeriver TrackingErrorDeriver { get; } = new(TrackingError);

    public TextDeriver QualityDeriver { get; } = new(Quality);

    /// <summary>What a bus would deliver for each registration.</summary>
    public List<EvaluateSegment> Messages { get; } = [];

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    public static async Task<World> CreateAsync(bool silentReadModels = false)
    {
        var directory = Directory.CreateTempSubdirectory("strata-work-").FullName;
        var time = new ManualTime();
        var world = new World(directory, await SqliteEventStore.OpenAsync(directory, time, NullLogger.Instance, Stopped), time, silentReadModels);
        await world.AppendAsync(
            StreamIds.Dataset(world.Dataset),
            [
                new DatasetCreated(world.Dataset, "arms", KeepMode.Copy),
                new RuleDeclared(world.Dataset, TrackingError, 1, TrackingError, ["base"], TrackingError, CanonicalJson.EmptyObject),
                new RuleDeclared(world.Dataset, Quality, 1, Quality, [TrackingError], Quality, CanonicalJson.EmptyObject),
            ]);
        return world;
    }

    public DerivationWorker Worker(string owner = "worker", IRecordingStore? recordings = null, Func<WorkerOptions, WorkerOptions>? options = null, IWorkClaims? claims = null, ILogger<DerivationWorker>? logger = null, StoreStanding? standing = null)
    {
        // Retries at once and no lingering: with time standing still, waiting would be for ever.
        var plain = new WorkerOptions(owner) { RetryDelay = TimeSpan.Zero, Linger = TimeSpan.Zero };
        return new(
            new(Log, claims ?? Claims, ReadModels, recordings ?? Recordings, Registrar) { Standing = standing },
            new(LoadAsync, (bytes, _) => Task.FromResult(FactsOf(bytes)), SchemaOf),
            new([TrackingErrorDeriver, QualityDeriver]),
            options?.Invoke(plain) ?? plain,
            Time,
            logger ?? NullLogger<DerivationWorker>.Instance);
    }

    public Running Start(DerivationWorker worker)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Stopped);
        var running = Task.Run(() => worker.RunAsync(stop.Token), Stopped);
        _workers.Add((stop, running));
        return new(stop, running);
    }

    public async Task<LayerRegistered> RegisterAsync(string segment, string layer = "base", string? content = null, string schema = "arm", DerivationWorker? announceTo = null)
    {
        var kept = Recordings.Put(content ?? $"{layer} of {segment}");
        var bytes = Encoding.UTF8.GetBytes(Recordings.Text(kept));
        var registered = new LayerRegistered(
            Dataset, segment, layer, "rrd", "app", $"file:///{segment}.rrd", kept, bytes.Length, bytes.Length, Sha256Digest.Of(bytes), Sha256Digest.Of(bytes), 1,
            Sha256Digest.Of(Encoding.UTF8.GetBytes(schema)), SchemaBlob(schema).Hash, null, Blob.Of(Array.Empty<byte>()).Hash, [], new("cli", null), null, LayerOrigin.Given, null);
        var position = await AppendAsync(StreamIds.Segment(Dataset, segment), [registered], SchemaBlob(schema), Blob.Of(Array.Empty<byte>()));
        var message = new EvaluateSegment(Dataset.Value, segment, position);
        Messages.Add(message);
        if (announceTo is not null)
        {
            await announceTo.HandleAsync(message, Stopped);
        }

        return registered;
    }

    public async Task<LayerRegistered?> FindLayerAsync(string segment, string layer) =>
        SegmentLayers.Of((await Log.ReadStreamsAsync([StreamIds.Segment(Dataset, segment)], Stopped))[0].Events).Find(layer);

    /// <summary>Ends when both rules have decided about each of the segments, and gives all events of the log.</summary>
    public Task<IReadOnlyList<StrataEvent>> WaitForDecisionsAsync(params IEnumerable<string> segments) =>
        WaitForEventsAsync(events =>
        {
            var decided = events.Select(Decided).ToHashSet();
            return segments.All(s => decided.Contains((s, TrackingError)) && decided.Contains((s, Quality)));
        });

    public async Task<IReadOnlyList<StrataEvent>> WaitForEventsAsync(Func<IReadOnlyList<StrataEvent>, bool> until)
    {
        while (true)
        {
            var page = await Log.ReadAsync(0, int.MaxValue, Stopped);
            var events = page.Events.Select(e => e.Event).ToList();
            if (until(events))
            {
                return events;
            }

            await Log.WaitForEventsAsync(page.Events[^1].Position, Stopped);
        }
    }

    /// <summary>Ends when the attempts of an open item of the segment are as wanted.</summary>
    public async Task<WorkAttempts> WaitForAttemptsAsync(string segment, Func<WorkAttempts, bool> until)
    {
        while (true)
        {
            var changed = Claims.Changed;
            var open = await ReadModels.OpenAsync(Dataset, [segment], asOf: null, Stopped);
            var attempts = await Claims.ReadAsync([.. open.Select(ClaimKeys.Of)], Stopped);
            if (attempts.FirstOrDefault(until) is { } found)
            {
                return found;
            }

            await changed.WaitAsync(Stopped);
        }
    }

    public async Task<long> AppendAsync(string stream, ImmutableArray<StrataEvent> events, params ImmutableArray<Blob> blobs)
    {
        var result = await Log.AppendAsync(new(Guid.NewGuid().ToString(), [new(stream, StreamAppend.AnyVersion, events)], [], blobs), Stopped);
        return ((AppendResult.Appended)result).LastPosition;
    }

    /// <summary>Changes what the log holds under a schema's hash, behind its back.</summary>
    public void FlipBlob(string schema)
    {
        using var connection = new SqliteConnection($"Data Source={Log.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE strata_blobs SET content = $content WHERE hash = $hash";
        command.Parameters.AddWithValue("$content", "LEG"u8.ToArray());
        command.Parameters.AddWithValue("$hash", SchemaBlob(schema).Hash.ToBytes());
        command.ExecuteNonQuery().ShouldBe(1);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (stop, running) in _workers)
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }

        ReadModels.Dispose();
        Registrar.Dispose();
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static (string Segment, string Rule)? Decided(StrataEvent @event) => @event switch
    {
        DerivationDone d => (d.Segment, d.Rule),
        DerivationSkipped d => (d.Segment, d.Rule),
        DerivationFailed d => (d.Segment, d.Rule),
        _ => null,
    };

    private static Blob SchemaBlob(string schema) => Blob.Of(Encoding.UTF8.GetBytes(schema));

    private static Schema SchemaOf(ReadOnlyMemory<byte> text) => new([new Field(Encoding.UTF8.GetString(text.Span), Int64Type.Default, nullable: true)]);

    private static RecordingFacts FactsOf(ReadOnlyMemory<byte> bytes) =>
        new("segment", "app", Sha256Digest.Of(bytes.Span), bytes.Length, 1, ArmSchema, "arm"u8.ToArray(), null, Array.Empty<byte>(), []);

    private static async Task<InputLayer> LoadAsync(
        LayerRegistered layer, ReadOnlyMemory<byte> schemaIpc, ReadOnlyMemory<byte> chunkIndexIpc, IRandomAccessBytes recording, IDeriver deriver, CanonicalJson parameters, CancellationToken cancellationToken)
    {
        var bytes = await recording.ReadAsync(0, (int)recording.Length, cancellationToken);
        return bytes.Span.StartsWith("broken"u8)
            ? throw new RrdFormatException(17, "a chunk", "noise", "Record it again.")
            : new(layer.Layer, layer.Fingerprint, layer.ApplicationId, SchemaOf(schemaIpc), default, []);
    }

    /// <summary>A worker at work.</summary>
    internal sealed class Running(CancellationTokenSource stop, Task running)
    {
        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await running;
        }
    }
}

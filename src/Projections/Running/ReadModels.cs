using System.Globalization;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Backfills;
using Strata.Projections.ChunkIndex;
using Strata.Projections.DatasetManifest;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Fleet;
using Strata.Projections.Folding;
using Strata.Projections.Moments;
using Strata.Projections.Quarantine;
using Strata.Projections.Rules;
using Strata.Projections.Running;
using Strata.Projections.SegmentProperties;
using Strata.Projections.SegmentTable;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections;

/// <summary>The read models of a data directory: the live generation, who waits for it, and the queries over it.</summary>
public sealed class ReadModels : IReadModels, IDisposable
{
    private const long NoReplay = -1;

    /// <summary>Those who read a table a few seconds late are not misled; below this a burst of registrations would be reported.</summary>
    private const long LargeLagNs = 10_000_000_000;

    private readonly GenerationFiles _files;
    private readonly SemaphoreSlim _replaying = new(1, 1);
    private readonly FoldProgress _progress = new();
    private readonly LiveTables _live;
    private bool _standby;
    private bool _resuming;
    private long _replayPosition = NoReplay;
    private bool _disposed;

    private ReadModels(GenerationFiles files, Generation live, IEventStore events, ILogger logger)
    {
        _files = files;
        Measures = new FoldMeasures(_progress, files.Folder, RunnerClock.OfThisMachine);
        _live = new LiveTables(files, live, events, _progress, Measures, logger);
        Entries = new EntryQuery(this);
        Moments = new MomentQuery(this, events);
        Segments = new SegmentTableQuery(this);
        Manifest = new DatasetManifestQuery(this);
        Schemas = new DatasetSchemaQuery(this, events, logger);
        Chunks = new ChunkIndexQuery(this, events);
        SegmentProperties = new SegmentPropertyQuery(this, events);
        Rules = new RuleQuery(this);
        Work = new WorkQuery(this);
        Evaluations = new EvaluationQuery(this);
        Backfills = new BackfillListing(this);
        Quarantine = new QuarantineQuery(this);
        Fleet = new FleetQuery(this);
    }

    /// <remarks>0 until <see cref="LiveTables.ConfirmAsync"/> has found that the checkpoint is of this log, and while tables of older folds serve: who waits, waits for the new ones.</remarks>
    public long Position => _progress.Position;

    public IEntryList Entries { get; }

    public IMoments Moments { get; }

    public ISegmentTable Segments { get; }

    public IDatasetManifest Manifest { get; }

    public IDatasetSchema Schemas { get; }

    public IChunkIndex Chunks { get; }

    public ISegmentProperties SegmentProperties { get; }

    public IRuleList Rules { get; }

    public IWorkList Work { get; }

    public IEvaluationList Evaluations { get; }

    public IBackfillList Backfills { get; }

    public IQuarantineList Quarantine { get; }

    public IFleet Fleet { get; }

    /// <summary>Why the tables do not follow the log, and from where on; null while they do.</summary>
    public string? Standstill => Standstills switch
    {
        ({ LogIsDamaged: false } parked, _) => $"{parked.Message}; once that is mended, 'strata projections resume' goes on from there",
        ({ } parked, _) => parked.Message,
        (_, var lag) => lag?.Message,
    };

    /// <summary>For how long the tables have not shown all that the log holds, and how much; null while they follow closely.</summary>
    public string? Lag => (Measures.LagNs, Measures.HeldBack) switch
    {
        (var lag and >= LargeLagNs, _) =>
            string.Create(CultureInfo.InvariantCulture, $"the tables are {Measures.Head - Position:N0} events ({lag / 1e9:N0} s) behind the log and catch up at {Measures.EventsPerSecond:N0} a second"),
        (_, var (held, since)) when since.Ticks * TimeSpan.NanosecondsPerTick >= LargeLagNs =>
            string.Create(CultureInfo.InvariantCulture, $"{held.Numbers:N0} positions behind {Measures.Head:N0} are shown to nobody for {since.TotalSeconds:N0} s, since an append has not ended ({held.Holder})"),
        _ => null,
    };

    /// <summary>What is done with each connection that is opened for folding; tests make its disk small with it.</summary>
    internal Action<SqliteDatabase>? WriterOpened
    {
        get => _live.WriterOpened;
        set => _live.WriterOpened = value;
    }

    /// <summary>Told at each step after which a process may die; tests die there.</summary>
    internal Action<FoldStep>? Passing
    {
        get => _live.Passing;
        set => _live.Passing = value;
    }

    internal GenerationFiles Files => _files;

    internal FoldMeasures Measures { get; }

    internal (ProjectionParkedException? Parked, ProjectionLagException? Lag) Standstills => _progress.Standstills;

    /// <inheritdoc cref="LiveTables.IsFollowing"/>
    internal bool IsFollowing => _live.IsFollowing;

    /// <summary>Another process folds here.</summary>
    internal bool IsStandby
    {
        get => Volatile.Read(ref _standby);
        set => Volatile.Write(ref _standby, value);
    }

    /// <summary>This process was told to go on and has not yet begun.</summary>
    internal bool IsResuming
    {
        get => Volatile.Read(ref _resuming);
        private set => Volatile.Write(ref _resuming, value);
    }

    /// <inheritdoc cref="LiveTables.IsOutdated"/>
    internal bool IsOutdated => _live.IsOutdated;

    /// <summary>Of the generation that is being made.</summary>
    internal long? ReplayPosition
    {
        get => Volatile.Read(ref _replayPosition) is >= 0 and var position ? position : null;
        set => Volatile.Write(ref _replayPosition, value ?? NoReplay);
    }

    /// <inheritdoc cref="FoldProgress.Resumed"/>
    internal Task Resumed => _progress.Resumed;

    /// <inheritdoc cref="FoldProgress.Wanted"/>
    internal Task Wanted => _progress.Wanted;

    internal string LeaseName => $"projections/{_files.ReadId()}";

    internal int LiveNumber => _live.Number;

    /// <summary>
    /// Opens the live generation of <paramref name="dataDirectory"/>, or begins an empty one where there is none or where the file is broken.
    /// Before the first answer it is compared with the log: one of other folds or of another log is replaced by an empty one too, which the runner fills by replay.
    /// </summary>
    public static ReadModels Open(string dataDirectory, IEventStore events, ILogger<ReadModels> logger)
    {
        var files = new GenerationFiles(Path.GetFullPath(dataDirectory));
        files.CreateFolder();
        // Of a comparison that died: it may hold what was purged since, and nobody else looks for it.
        GenerationFiles.Delete(files.ComparisonPath);
        var number = files.ReadPointer();
        return new ReadModels(files, LiveGeneration.Open(files, number, logger) ?? LiveGeneration.BeginAnew(files), events, logger);
    }

    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        await _live.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await _progress.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends when the tables show the log up to <paramref name="position"/>, or tables of older folds serve until that is so.</summary>
    public async Task WaitUntilServingAsync(long position, CancellationToken cancellationToken)
    {
        await _live.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        if (!IsOutdated)
        {
            await _progress.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task WaitForChangeAsync(long position, CancellationToken cancellationToken)
    {
        await _live.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await _progress.FollowAsync(position + 1, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        _live.Dispose();
        _replaying.Dispose();
        Measures.Dispose();
    }

    internal ReadScope Read() => _live.Read();

    /// <summary>Runs a query in a read transaction of its own, off the caller's thread: SQLite answers synchronously.</summary>
    internal async Task<T> QueryAsync<T>(Func<ReadScope, T> query, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        await _live.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                using var scope = Read();
                return query(scope);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="LiveTables.StartFollowingAsync"/>
    internal async Task StartFollowingAsync(CancellationToken cancellationToken)
    {
        await _live.StartFollowingAsync(cancellationToken).ConfigureAwait(false);
        IsResuming = false;
    }

    internal Task StopFollowingAsync() => _live.StopFollowingAsync();

    /// <inheritdoc cref="LiveTables.FoldAsync"/>
    internal Task<bool> FoldAsync(FoldBatch batch, long token, CancellationToken cancellationToken) => _live.FoldAsync(batch, token, cancellationToken);

    /// <inheritdoc cref="LiveTables.ReloadAsync"/>
    internal Task ReloadAsync(CancellationToken cancellationToken) => _live.ReloadAsync(cancellationToken);

    /// <inheritdoc cref="LiveTables.SwapAsync"/>
    internal Task SwapAsync(int number, GenerationWriter replay, Func<Task> catchUp, CancellationToken cancellationToken) => _live.SwapAsync(number, replay, catchUp, cancellationToken);

    /// <summary>One replay at a time writes into the folder.</summary>
    internal async Task<IDisposable> BeginReplayAsync(CancellationToken cancellationToken)
    {
        await _replaying.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_replaying);
    }

    internal ProjectionParkedException Park(ProjectionParkedException parked)
    {
        IsResuming = false;
        return _progress.Park(parked);
    }

    /// <summary>Somebody has mended what stood in the way.</summary>
    internal void Resume()
    {
        IsResuming = Standstills.Parked is not null;
        _progress.Resume();
    }

    internal void Wait(string reason) => _progress.Lag(reason);

    /// <summary>The end of a lag.</summary>
    internal void Follow() => _progress.Follow();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}

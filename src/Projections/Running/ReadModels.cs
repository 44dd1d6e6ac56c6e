using System.Globalization;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.ChunkIndex;
using Strata.Projections.DatasetManifest;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
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
    private readonly GenerationFiles _files;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _replaying = new(1, 1);
    private readonly FoldProgress _progress = new();
    private Generation _live;
    private GenerationWriter? _writer;
    private readonly IEventStore _events;
    private readonly ILogger _logger;
    private bool _confirmed;
    private bool _outdated;
    private bool _following;
    private bool _standby;
    private long _replayPosition = NoReplay;
    private bool _disposed;

    private const long NoReplay = -1;

    private ReadModels(GenerationFiles files, Generation live, IEventStore events, ILogger logger)
    {
        _files = files;
        _live = live;
        _events = events;
        _logger = logger;
        Measures = new FoldMeasures(_progress, files.Folder);
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
        Quarantine = new QuarantineQuery(this);
    }

    /// <remarks>0 until <see cref="ConfirmAsync"/> has found that the checkpoint is of this log, and while tables of older folds serve: who waits, waits for the new ones.</remarks>
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

    public IQuarantineList Quarantine { get; }

    /// <summary>Why the tables do not follow the log, and from where on; null while they do.</summary>
    public string? Standstill => Standstills switch
    {
        ({ LogIsDamaged: false } parked, _) => $"{parked.Message}; once that is mended, 'strata projections resume' goes on from there",
        ({ } parked, _) => parked.Message,
        (_, var lag) => lag?.Message,
    };

    /// <summary>For how long the tables have not shown all that the log holds, and how much; null while they follow closely.</summary>
    public string? Lag => Measures.LagNs is var lag && lag >= LargeLagNs
        ? string.Create(CultureInfo.InvariantCulture, $"the tables are {Measures.Head - Position:N0} events ({lag / 1e9:N0} s) behind the log and catch up at {Measures.EventsPerSecond:N0} a second")
        : null;

    /// <summary>Those who read a table a few seconds late are not misled; below this a burst of registrations would be reported.</summary>
    private const long LargeLagNs = 10_000_000_000;

    /// <summary>What is done with each connection that is opened for folding; tests make its disk small with it.</summary>
    internal Action<SqliteDatabase>? WriterOpened { get; set; }

    /// <summary>Told at each step after which a process may die; tests die there.</summary>
    internal Action<FoldStep>? Passing { get; set; }

    internal GenerationFiles Files => _files;

    internal FoldMeasures Measures { get; }

    internal (ProjectionParkedException? Parked, ProjectionLagException? Lag) Standstills => _progress.Standstills;

    /// <summary>This process folds whatever comes: the live generation moves.</summary>
    internal bool IsFollowing => Volatile.Read(ref _following);

    /// <summary>Another process folds here.</summary>
    internal bool IsStandby
    {
        get => Volatile.Read(ref _standby);
        set => Volatile.Write(ref _standby, value);
    }

    /// <summary>The live generation is of older folds: it serves until another takes its place, and nobody can fold it on.</summary>
    internal bool IsOutdated => Volatile.Read(ref _outdated);

    /// <summary>Of the generation that is being made.</summary>
    internal long? ReplayPosition
    {
        get => Volatile.Read(ref _replayPosition) is >= 0 and var position ? position : null;
        set => Volatile.Write(ref _replayPosition, value ?? NoReplay);
    }

    /// <inheritdoc cref="FoldProgress.Resumed"/>
    internal Task Resumed => _progress.Resumed;

    internal string LeaseName => $"projections/{_files.ReadId()}";

    internal int LiveNumber => Volatile.Read(ref _live).Number;

    /// <summary>
    /// Opens the live generation of <paramref name="dataDirectory"/>, or begins an empty one where there is none or where the file is broken.
    /// Before the first answer it is compared with the log: one of other folds or of another log is replaced by an empty one too, which the runner fills by replay.
    /// </summary>
    public static ReadModels Open(string dataDirectory, IEventStore events, ILogger<ReadModels> logger)
    {
        var files = new GenerationFiles(Path.GetFullPath(dataDirectory));
        files.CreateFolder();
        var number = files.ReadPointer();
        return new ReadModels(files, LiveGeneration.Open(files, number, logger) ?? LiveGeneration.BeginAnew(files), events, logger);
    }

    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await _progress.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends when the tables show the log up to <paramref name="position"/>, or tables of older folds serve until that is so.</summary>
    public async Task WaitUntilServingAsync(long position, CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        if (!IsOutdated)
        {
            await _progress.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task WaitForChangeAsync(long position, CancellationToken cancellationToken) => WaitForAsync(position + 1, cancellationToken);

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        _writer?.Dispose();
        _live.Dispose();
        _writing.Dispose();
        _replaying.Dispose();
        Measures.Dispose();
    }

    internal ReadScope Read()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
            if (Volatile.Read(ref _live).TryRead() is { } scope)
            {
                return scope;
            }
        }
    }

    /// <summary>Runs a query in a read transaction of its own, off the caller's thread: SQLite answers synchronously.</summary>
    internal async Task<T> QueryAsync<T>(Func<ReadScope, T> query, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                using var scope = Read();
                return query(scope);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What <see cref="Position"/> says from here on is folded on.</summary>
    internal async Task StartFollowingAsync(CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        _progress.GoOn();
        Volatile.Write(ref _following, true);
    }

    internal async Task StopFollowingAsync()
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _following, false);
            CloseWriter();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <param name="token">Of the lease under which this process folds.</param>
    /// <exception cref="FencedOffException">Another process folds here meanwhile.</exception>
    internal async Task FoldAsync(FoldBatch batch, long token, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var writer = WriterWith(token);
            // A rebuild that took the live one's place may have gone further than the feed.
            if (batch.After(writer.Position) is { } rest)
            {
                var began = Measures.Begin(rest.Events is [var oldest, ..] ? oldest.RecordedAtNs : null);
                writer.Apply(rest);
                Passing?.Invoke(FoldStep.Committed);
                Follow();
                _progress.Announce(writer.Position);
                Measures.End(began, rest.Events.Length, rest.Events is [.., var newest] ? newest.RecordedAtNs : null);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Looks at what another process has folded, and which generation it has swapped in.</summary>
    internal async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_files.ReadPointer() is { } number && number != _live.Number)
            {
                Replace(Generation.Open(_files.PathOf(number), number));
                Volatile.Write(ref _outdated, CheckpointCheck.OtherFolds(_live) is not null);
            }

            if (!_outdated)
            {
                _progress.Announce(_live.ReadCheckpoint().Position);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>One replay at a time writes into the folder.</summary>
    internal async Task<IDisposable> BeginReplayAsync(CancellationToken cancellationToken)
    {
        await _replaying.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_replaying);
    }

    internal ProjectionParkedException Park(ProjectionParkedException parked) => _progress.Park(parked);

    /// <summary>Somebody has mended what stood in the way.</summary>
    internal void Resume() => _progress.Resume();

    internal void Wait(string reason) => _progress.Lag(reason);

    /// <summary>The end of a lag.</summary>
    internal void Follow() => _progress.Follow();

    /// <summary>Puts a replayed generation in the live one's place; <paramref name="catchUp"/> brings it to the log's head, and so past the live position, while no batch is folded.</summary>
    internal async Task SwapAsync(int number, GenerationWriter replay, Func<Task> catchUp, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await catchUp().ConfigureAwait(false);
            replay.TakeFence(_live.ReadFence());
            var position = replay.Position;
            replay.Dispose();
            var next = Generation.Open(_files.PathOf(number), number);
            Passing?.Invoke(FoldStep.Replayed);
            _files.WritePointer(number);
            Passing?.Invoke(FoldStep.Swapped);
            CloseWriter();
            Replace(next);
            Volatile.Write(ref _outdated, false);
            _progress.Announce(position);
            Volatile.Write(ref _confirmed, true);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// Looks once whether the generation found at start goes on from this log, and begins an empty one where it does not. Queries, waiters and the runner
    /// come here first; a rebuild does not: it reports what it found.
    /// </summary>
    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _confirmed))
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_confirmed)
            {
                return;
            }

            if (await FindFaultAsync(cancellationToken).ConfigureAwait(false) is { } fault)
            {
                _logger.LogWarning("Read models of generation {Number} are rebuilt from the log: {Fault}", _live.Number, fault);
                Replace(LiveGeneration.BeginAnew(_files));
            }
            else if (CheckpointCheck.OtherFolds(_live) is { } other)
            {
                _logger.LogWarning("Read models of generation {Number} serve as they are until new ones have been made from the log: {Reason}", _live.Number, other);
                Volatile.Write(ref _outdated, true);
            }
            else
            {
                _progress.Announce(_live.ReadCheckpoint().Position);
            }

            Volatile.Write(ref _confirmed, true);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<string?> FindFaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CheckpointCheck.FindFaultAsync(_live, _events, cancellationToken).ConfigureAwait(false);
        }
        catch (ReadModelStorageException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Opened with the first batch: who has nothing to fold writes nothing.</summary>
    private GenerationWriter WriterWith(long token)
    {
        if (_writer is { } open && open.Token == token)
        {
            return open;
        }

        CloseWriter();
        var writer = GenerationWriter.OpenLive(_live.Path, token);
        try
        {
            writer.Staged = () => Passing?.Invoke(FoldStep.Staged);
            WriterOpened?.Invoke(writer.Database);
            if (writer.Position < _progress.Position)
            {
                throw new LeaseHeldElsewhereException($"{_live.Path} is not what was last read there: another process has folded here");
            }
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        return _writer = writer;
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void Replace(Generation next)
    {
        var before = _live;
        Volatile.Write(ref _live, next);
        before.Dispose();
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}

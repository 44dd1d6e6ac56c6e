using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.ChunkIndex;
using Strata.Projections.DatasetManifest;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Folding;
using Strata.Projections.Quarantine;
using Strata.Projections.Rules;
using Strata.Projections.SegmentTable;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections;

/// <summary>The read models of a data directory: the live generation, who waits for it, and the queries over it.</summary>
public sealed class ReadModels : IReadModels, IDisposable
{
    private readonly GenerationFiles _files;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lock = new();
    private Generation _live;
    private GenerationWriter? _writer;
    private bool _disposed;
    private long _position;
    private ProjectionParkedException? _parked;
    private ProjectionLagException? _lag;
    private TaskCompletionSource _changed = NewSignal();

    private ReadModels(GenerationFiles files, Generation live, IEventStore events, ILogger logger)
    {
        _files = files;
        _live = live;
        _position = live.ReadPosition();
        Entries = new EntryQuery(this);
        Segments = new SegmentTableQuery(this);
        Manifest = new DatasetManifestQuery(this);
        Schemas = new DatasetSchemaQuery(this, events, logger);
        Chunks = new ChunkIndexQuery(this, events);
        Rules = new RuleQuery(this);
        Work = new WorkQuery(this);
        Evaluations = new EvaluationQuery(this);
        Quarantine = new QuarantineQuery(this);
    }

    public long Position => Volatile.Read(ref _position);

    public IEntryList Entries { get; }

    public ISegmentTable Segments { get; }

    public IDatasetManifest Manifest { get; }

    public IDatasetSchema Schemas { get; }

    public IChunkIndex Chunks { get; }

    public IRuleList Rules { get; }

    public IWorkList Work { get; }

    public IEvaluationList Evaluations { get; }

    public IQuarantineList Quarantine { get; }

    /// <summary>Why the tables do not follow the log, and from where on; null while they do.</summary>
    public string? Standstill
    {
        get
        {
            lock (_lock)
            {
                return (_parked ?? (ProjectionBehindException?)_lag)?.Message;
            }
        }
    }

    /// <summary>What is done with each connection that is opened for folding; tests make its disk small with it.</summary>
    internal Action<SqliteDatabase>? WriterOpened { get; set; }

    internal GenerationFiles Files => _files;

    internal int LiveNumber => Volatile.Read(ref _live).Number;

    /// <summary>
    /// Opens the live generation of <paramref name="dataDirectory"/>, or begins an empty one where there is none, where its folds are of another version,
    /// or where the file is broken: the runner fills it by replay.
    /// </summary>
    public static ReadModels Open(string dataDirectory, IEventStore events, ILogger<ReadModels> logger)
    {
        var files = new GenerationFiles(Path.GetFullPath(dataDirectory));
        files.CreateFolder();
        var number = files.ReadPointer();
        return new ReadModels(files, OpenLive(files, number, logger) ?? BeginAnew(files, number ?? 0), events, logger);
    }

    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_position >= position)
                {
                    return;
                }

                if (_parked is not null)
                {
                    throw new ProjectionParkedException(_parked.Position, _parked.Reason);
                }

                if (_lag is not null)
                {
                    throw new ProjectionLagException(_lag.Position, _lag.Reason);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task WaitForChangeAsync(long position, CancellationToken cancellationToken) => WaitForAsync(position + 1, cancellationToken);

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        _writer?.Dispose();
        _live.Dispose();
        _writing.Dispose();
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
    internal Task<T> QueryAsync<T>(Func<ReadScope, T> query, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var scope = Read();
            return query(scope);
        },
        cancellationToken);

    internal void StartWriting()
    {
        lock (_lock)
        {
            _parked = null;
        }

        if (_writer is null)
        {
            var writer = GenerationWriter.OpenLive(_live.Path);
            WriterOpened?.Invoke(writer.Database);
            _writer = writer;
        }
    }

    internal async Task StopWritingAsync()
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _writer?.Dispose();
            _writer = null;
        }
        finally
        {
            _writing.Release();
        }
    }

    internal async Task FoldAsync(FoldBatch batch, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var writer = _writer ?? throw new InvalidOperationException("the generation is not open for writing");
            writer.Apply(batch);
            Follow();
            Announce(writer.Position);
        }
        finally
        {
            _writing.Release();
        }
    }

    internal ProjectionParkedException Park(long position, string reason)
    {
        var parked = new ProjectionParkedException(position, reason);
        lock (_lock)
        {
            _parked = parked;
        }

        Announce(Position);
        return parked;
    }

    internal void Lag(string reason)
    {
        lock (_lock)
        {
            _lag = new ProjectionLagException(_position + 1, reason);
        }

        Announce(Position);
    }

    /// <summary>The end of a lag.</summary>
    internal void Follow()
    {
        lock (_lock)
        {
            _lag = null;
        }
    }

    /// <summary>Puts a replayed generation in the live one's place; <paramref name="catchUp"/> brings it to the live position while no batch is folded.</summary>
    internal async Task SwapAsync(int number, Func<long, Task> catchUp, Action close, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await catchUp(Position).ConfigureAwait(false);
            close();
            var next = Generation.Open(_files.PathOf(number), number)
                ?? throw new ReadModelStorageException($"{_files.PathOf(number)}: the replay wrote another fold version than this program has");
            _files.WritePointer(number);
            var before = _live;
            if (_writer is not null)
            {
                _writer.Dispose();
                _writer = GenerationWriter.OpenLive(next.Path);
            }

            Volatile.Write(ref _live, next);
            before.Dispose();
        }
        finally
        {
            _writing.Release();
        }
    }

    private static Generation? OpenLive(GenerationFiles files, int? number, ILogger logger)
    {
        if (number is not { } live || !files.Exists(live))
        {
            return null;
        }

        try
        {
            var generation = Generation.Open(files.PathOf(live), live);
            if (generation is null)
            {
                logger.LogInformation("Read models of generation {Number} were folded by another version; they are rebuilt from the log", live);
            }

            return generation;
        }
        catch (ReadModelStorageException exception) when (!exception.IsTransient)
        {
            logger.LogWarning(exception, "Read models of generation {Number} cannot be opened; they are rebuilt from the log", live);
            return null;
        }
    }

    private static Generation BeginAnew(GenerationFiles files, int before)
    {
        var number = before + 1;
        files.Delete(number);
        var generation = Generation.Create(files.PathOf(number), number);
        files.WritePointer(number);
        return generation;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Announce(long position)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _position = position;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }
}

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
    private readonly FoldProgress _progress = new();
    private Generation _live;
    private GenerationWriter? _writer;
    private readonly IEventStore _events;
    private readonly ILogger _logger;
    private bool _confirmed;
    private bool _disposed;

    private ReadModels(GenerationFiles files, Generation live, IEventStore events, ILogger logger)
    {
        _files = files;
        _live = live;
        _events = events;
        _logger = logger;
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

    /// <remarks>0 until <see cref="ConfirmAsync"/> has found that the checkpoint is of this log.</remarks>
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
    public string? Standstill => _progress.Standstill;

    /// <summary>What is done with each connection that is opened for folding; tests make its disk small with it.</summary>
    internal Action<SqliteDatabase>? WriterOpened { get; set; }

    internal GenerationFiles Files => _files;

    /// <summary>Somebody folds: the live generation moves.</summary>
    internal bool IsFollowing => Volatile.Read(ref _writer) is not null;

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

    internal async Task StartWritingAsync(CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        _progress.GoOn();
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_writer is null)
            {
                var writer = GenerationWriter.OpenLive(_live.Path);
                WriterOpened?.Invoke(writer.Database);
                _writer = writer;
            }
        }
        finally
        {
            _writing.Release();
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
            // A rebuild that took the live one's place may have gone further than the feed.
            if (batch.After(writer.Position) is { } rest)
            {
                writer.Apply(rest);
                Follow();
                _progress.Announce(writer.Position);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    internal ProjectionParkedException Park(long position, string reason, bool logIsDamaged = false) => _progress.Park(position, reason, logIsDamaged);

    internal void Lag(string reason) => _progress.Lag(reason);

    /// <summary>The end of a lag.</summary>
    internal void Follow() => _progress.Follow();

    /// <summary>Puts a replayed generation in the live one's place; <paramref name="catchUp"/> brings it to the log's head, and so past the live position, while no batch is folded.</summary>
    internal async Task SwapAsync(int number, Func<Task<long>> catchUp, Action close, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var position = await catchUp().ConfigureAwait(false);
            close();
            var next = Generation.Open(_files.PathOf(number), number);
            _files.WritePointer(number);
            var before = _live;
            if (_writer is not null)
            {
                _writer.Dispose();
                _writer = GenerationWriter.OpenLive(next.Path);
            }

            Volatile.Write(ref _live, next);
            before.Dispose();
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
                var before = _live;
                Volatile.Write(ref _live, LiveGeneration.BeginAnew(_files));
                before.Dispose();
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
}

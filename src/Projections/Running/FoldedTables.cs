using System.Globalization;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>The tables of one projection: the live generation, who folds it, who waits for it and why it stands still, if it does.</summary>
internal sealed class FoldedTables : IDisposable
{
    private const long NoReplay = -1;

    /// <summary>Those who read a table a few seconds late are not misled; below this a burst of registrations would be reported.</summary>
    private const long LargeLagNs = 10_000_000_000;

    private readonly SemaphoreSlim _replaying = new(1, 1);
    private readonly FoldProgress _progress;
    private readonly LiveTables _live;
    private bool _standby;
    private bool _resuming;
    private long _replayPosition = NoReplay;
    private bool _disposed;

    private FoldedTables(GenerationFiles files, Generation live, IEventStore events, ILogger logger)
    {
        Files = files;
        _progress = new FoldProgress(files.Projection.Noun);
        Measures = new FoldMeasures(_progress, files, RunnerClock.OfThisMachine);
        _live = new LiveTables(files, live, events, _progress, Measures, logger);
    }

    public Projection Projection => Files.Projection;

    public GenerationFiles Files { get; }

    public FoldMeasures Measures { get; }

    /// <remarks>0 until <see cref="LiveTables.ConfirmAsync"/> has found that the checkpoint is of this log, and while tables of older folds serve: who waits, waits for the new ones.</remarks>
    public long Position => _progress.Position;

    /// <inheritdoc cref="ReadModels.Standstill"/>
    public string? Standstill => Standstills switch
    {
        ({ LogIsDamaged: false } parked, _) => $"{parked.Message}; once that is mended, 'strata projections resume' goes on from there",
        ({ } parked, _) => parked.Message,
        (_, var lag) => lag?.Message,
    };

    /// <inheritdoc cref="ReadModels.Lag"/>
    public string? Lag => (Measures.LagNs, Measures.HeldBack) switch
    {
        (var lag and >= LargeLagNs, _) => string.Create(
            CultureInfo.InvariantCulture, $"the {Projection.Noun} are {Measures.Head - Position:N0} events ({lag / 1e9:N0} s) behind the log and catch up at {Measures.EventsPerSecond:N0} a second"),
        (_, var (held, since)) when since.Ticks * TimeSpan.NanosecondsPerTick >= LargeLagNs =>
            string.Create(CultureInfo.InvariantCulture, $"{held.Numbers:N0} positions behind {Measures.Head:N0} are shown to nobody for {since.TotalSeconds:N0} s, since an append has not ended ({held.Holder})"),
        _ => null,
    };

    /// <summary>What is done with each connection that is opened for folding; tests make its disk small with it.</summary>
    public Action<SqliteDatabase>? WriterOpened
    {
        get => _live.WriterOpened;
        set => _live.WriterOpened = value;
    }

    /// <summary>Told at each step after which a process may die; tests die there.</summary>
    public Action<FoldStep>? Passing
    {
        get => _live.Passing;
        set => _live.Passing = value;
    }

    public (ProjectionParkedException? Parked, ProjectionLagException? Lag) Standstills => _progress.Standstills;

    /// <inheritdoc cref="LiveTables.IsFollowing"/>
    public bool IsFollowing => _live.IsFollowing;

    /// <summary>Another process folds here.</summary>
    public bool IsStandby
    {
        get => Volatile.Read(ref _standby);
        set => Volatile.Write(ref _standby, value);
    }

    /// <summary>This process was told to go on and has not yet begun.</summary>
    public bool IsResuming
    {
        get => Volatile.Read(ref _resuming);
        private set => Volatile.Write(ref _resuming, value);
    }

    /// <inheritdoc cref="LiveTables.IsOutdated"/>
    public bool IsOutdated => _live.IsOutdated;

    /// <summary>Of the generation that is being made.</summary>
    public long? ReplayPosition
    {
        get => Volatile.Read(ref _replayPosition) is >= 0 and var position ? position : null;
        set => Volatile.Write(ref _replayPosition, value ?? NoReplay);
    }

    /// <inheritdoc cref="FoldProgress.Resumed"/>
    public Task Resumed => _progress.Resumed;

    /// <inheritdoc cref="FoldProgress.Wanted"/>
    public Task Wanted => _progress.Wanted;

    public string LeaseName => $"projections/{Files.ReadId()}";

    public int LiveNumber => _live.Number;

    /// <inheritdoc cref="ReadModels.Open"/>
    public static FoldedTables Open(string dataDirectory, Projection projection, IEventStore events, ILogger logger)
    {
        var files = new GenerationFiles(dataDirectory, projection);
        files.CreateFolder();
        // Of a comparison that died: it may hold what was purged since, and nobody else looks for it.
        GenerationFiles.Delete(files.ComparisonPath);
        return new FoldedTables(files, LiveGeneration.Open(files, files.ReadPointer(), logger) ?? LiveGeneration.BeginAnew(files), events, logger);
    }

    /// <inheritdoc cref="IFollowsLog.WaitForAsync"/>
    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        await _live.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await _progress.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ReadModels.WaitUntilServingAsync"/>
    public async Task WaitUntilServingAsync(long position, CancellationToken cancellationToken)
    {
        await _live.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        if (!IsOutdated)
        {
            await _progress.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="IReadModels.WaitForChangeAsync"/>
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

    public ReadScope Read() => _live.Read();

    /// <summary>Runs a query in a read transaction of its own, off the caller's thread: SQLite answers synchronously.</summary>
    public async Task<T> QueryAsync<T>(Func<ReadScope, T> query, CancellationToken cancellationToken)
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
    public async Task StartFollowingAsync(CancellationToken cancellationToken)
    {
        await _live.StartFollowingAsync(cancellationToken).ConfigureAwait(false);
        IsResuming = false;
    }

    public Task StopFollowingAsync() => _live.StopFollowingAsync();

    /// <inheritdoc cref="LiveTables.FoldAsync"/>
    public Task<bool> FoldAsync(FoldBatch batch, long token, CancellationToken cancellationToken) => _live.FoldAsync(batch, token, cancellationToken);

    /// <inheritdoc cref="LiveTables.ReloadAsync"/>
    public Task ReloadAsync(CancellationToken cancellationToken) => _live.ReloadAsync(cancellationToken);

    /// <inheritdoc cref="LiveTables.SwapAsync"/>
    public Task SwapAsync(int number, GenerationWriter replay, Func<Task> catchUp, CancellationToken cancellationToken) => _live.SwapAsync(number, replay, catchUp, cancellationToken);

    /// <summary>One replay at a time writes into the folder.</summary>
    public async Task<IDisposable> BeginReplayAsync(CancellationToken cancellationToken)
    {
        await _replaying.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_replaying);
    }

    public ProjectionParkedException Park(ProjectionParkedException parked)
    {
        IsResuming = false;
        return _progress.Park(parked);
    }

    /// <summary>Somebody has mended what stood in the way.</summary>
    public void Resume()
    {
        IsResuming = Standstills.Parked is not null;
        _progress.Resume();
    }

    public void Wait(string reason) => _progress.Lag(reason);

    /// <summary>The end of a lag.</summary>
    public void Follow() => _progress.Follow();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}

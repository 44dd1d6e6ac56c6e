using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>The generation that serves: read by anybody, folded on by one writer at a time, and replaced by another one.</summary>
internal sealed class LiveTables(GenerationFiles files, Generation live, IEventStore events, FoldProgress progress, FoldMeasures measures, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Generation _live = live;
    private GenerationWriter? _writer;
    private bool _confirmed;
    private bool _outdated;
    private bool _following;
    private bool _disposed;

    public int Number => Volatile.Read(ref _live).Number;

    /// <summary>This process folds whatever comes: the live generation moves.</summary>
    public bool IsFollowing => Volatile.Read(ref _following);

    /// <summary>The live generation is of older folds: it serves until another takes its place, and nobody can fold it on.</summary>
    public bool IsOutdated => Volatile.Read(ref _outdated);

    /// <summary>What is done with each connection that is opened for folding.</summary>
    public Action<SqliteDatabase>? WriterOpened { get; set; }

    /// <summary>Told at each step after which a process may die.</summary>
    public Action<FoldStep>? Passing { get; set; }

    public ReadScope Read()
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

    /// <summary>What <see cref="FoldProgress.Position"/> says from here on is folded on.</summary>
    public async Task StartFollowingAsync(CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        progress.GoOn();
        Volatile.Write(ref _following, true);
    }

    public async Task StopFollowingAsync()
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
    /// <returns>False: the tables hold what the batch says is erased, so nothing was folded; they are outdated from here on, and serve until a replay takes their place.</returns>
    public async Task<bool> FoldAsync(FoldBatch batch, long token, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var writer = WriterWith(token);
            // A rebuild that took the live one's place may have gone further than the feed.
            if (batch.After(writer.Position) is { } rest)
            {
                if (writer.HoldsWhatIsPurgedIn(rest))
                {
                    Volatile.Write(ref _outdated, true);
                    return false;
                }

                var began = measures.Begin(rest.Events is [var oldest, ..] ? oldest.RecordedAtNs : null);
                var beganNs = RunnerClock.OfThisMachine.NowNs;
                using var folding = FoldTracing.Start(files.Projection, rest.Events);
                writer.Apply(rest);
                Passing?.Invoke(FoldStep.Committed);
                progress.Follow();
                progress.Announce(writer.Position);
                FoldTracing.TellVisible(files.Projection, rest.Events, beganNs);
                measures.End(began, rest.Events.Length, rest.Events is [.., var newest] ? newest.RecordedAtNs : null);
            }

            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Looks at what another process has folded, and which generation it has swapped in.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (files.ReadPointer() is { } number && number != _live.Number)
            {
                Replace(Generation.Open(files.Projection, files.PathOf(number), number));
                Volatile.Write(ref _outdated, CheckpointCheck.OtherFolds(_live) is not null);
            }

            if (!_outdated)
            {
                progress.Announce(_live.ReadCheckpoint().Position);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Puts a replayed generation in the live one's place; <paramref name="catchUp"/> brings it to the log's head, and so past the live position, while no batch is folded.</summary>
    public async Task SwapAsync(int number, GenerationWriter replay, Func<Task> catchUp, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await catchUp().ConfigureAwait(false);
            replay.TakeFence(_live.ReadFence());
            var position = replay.Position;
            replay.Dispose();
            var next = Generation.Open(files.Projection, files.PathOf(number), number);
            Passing?.Invoke(FoldStep.Replayed);
            files.WritePointer(number);
            Passing?.Invoke(FoldStep.Swapped);
            CloseWriter();
            Replace(next);
            Volatile.Write(ref _outdated, false);
            progress.Announce(position);
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
    public async Task ConfirmAsync(CancellationToken cancellationToken)
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
                logger.LogWarning("The {Tables} of generation {Number} are rebuilt from the log: {Fault}", files.Projection.Noun, _live.Number, fault);
                Replace(LiveGeneration.BeginAnew(files));
            }
            else if (await PurgeCheck.FindFaultAsync(_live, events, cancellationToken).ConfigureAwait(false) is { } purged)
            {
                logger.LogWarning("The {Tables} of generation {Number} are gone and are made anew from the log: {Reason}", files.Projection.Noun, _live.Number, purged);
                var former = _live.Number;
                Replace(LiveGeneration.BeginAnew(files));
                files.Delete(former);
            }
            else if (CheckpointCheck.OtherFolds(_live) is { } other)
            {
                logger.LogWarning("The {Tables} of generation {Number} serve as they are until new ones have been made from the log: {Reason}", files.Projection.Noun, _live.Number, other);
                Volatile.Write(ref _outdated, true);
            }
            else
            {
                progress.Announce(_live.ReadCheckpoint().Position);
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
            return await CheckpointCheck.FindFaultAsync(_live, events, cancellationToken).ConfigureAwait(false);
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
        var writer = GenerationWriter.OpenLive(files.Projection, _live.Path, token);
        try
        {
            writer.Staged = () => Passing?.Invoke(FoldStep.Staged);
            WriterOpened?.Invoke(writer.Database);
            if (writer.Position < progress.Position)
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

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        _writer?.Dispose();
        _live.Dispose();
        _writing.Dispose();
    }
}

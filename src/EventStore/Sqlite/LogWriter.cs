using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// The one writer of the log. All requests that wait are run in one transaction, each in its own savepoint, so that one fsync serves them all
/// and a refused one does not hurt the others. Source: DESIGN §8.
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    /// <summary>Bounds what one transaction holds in memory and how long the first caller waits for the last.</summary>
    private const int MaxGroupWeight = 20_000;

    /// <summary>Events and blobs above which a group may fill more than the writer's usual cache: some 2 kB each.</summary>
    private const int LargeGroupWeight = 1_000;

    private readonly WriteSession _session;
    private readonly HeadSignal _signal;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Channel<WriteRequest> _queue;
    private readonly Task _loop;

    public LogWriter(WriteSession session, HeadSignal signal, string path, int queueLength, ILogger logger)
    {
        _session = session;
        _signal = signal;
        _path = path;
        _logger = logger;
        _queue = Channel.CreateBounded<WriteRequest>(new BoundedChannelOptions(queueLength) { SingleReader = true });
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Queues the work and waits for its commit. Cancelled while it waits it never runs; once begun it is awaited.</summary>
    public Task<T> RunAsync<T>(int weight, Func<WriteSession, Written<T>> work, CancellationToken cancellationToken) =>
        RunAsync(new WriteRequest<T>(weight, work), cancellationToken);

    /// <summary>For what SQLite does in no transaction, such as writing the file anew. All other writes wait, for as long as it takes.</summary>
    public Task RunAloneAsync(Action<WriteSession> work, CancellationToken cancellationToken) => RunAsync(
        new WriteRequest<bool>(MaxGroupWeight, session =>
        {
            work(session);
            return new Written<bool>(true, Keep: true);
        })
        {
            IsAlone = true,
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        _session.Dispose();
    }

    private async Task<T> RunAsync<T>(WriteRequest<T> request, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteEventStore), $"{_path} is closed: nothing more can be written");
        }

        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((WriteRequest)state!).Cancel(token), request).ConfigureAwait(false);
        return await request.Completion.ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        var group = new List<WriteRequest>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            TakeWaiting(group);
            if (group.Count > 0)
            {
                Commit(group);
                group.Clear();
            }
        }
    }

    private void TakeWaiting(List<WriteRequest> group)
    {
        for (var weight = 0; weight < MaxGroupWeight && _queue.Reader.TryPeek(out var next) && !(next.IsAlone && group.Count > 0) && _queue.Reader.TryRead(out var request);)
        {
            if (request.TryStart())
            {
                group.Add(request);
                weight += request.Weight;
            }
        }
    }

    private void Commit(List<WriteRequest> group)
    {
        var failure = TryCommit(group, out var grown);
        if (failure is null)
        {
            group.ForEach(request => request.Complete());
            if (grown)
            {
                _signal.Pulse();
            }
        }
        else if (group.Count == 1)
        {
            // Who asked for the write tells it on; the trace is for whoever looks for the place.
            _logger.LogDebug(failure, "write to {Path} failed", _path);
            group[0].Fail(LogFailures.ExplainAppend(failure, _path));
        }
        else
        {
            // One of them may be the cause: alone, each gets what it deserves.
            foreach (var request in group)
            {
                Commit([request]);
            }
        }
    }

    private Exception? TryCommit(List<WriteRequest> group, out bool grown)
    {
        grown = false;
        try
        {
            if (group is [{ IsAlone: true } alone])
            {
                _session.Rollback();
                alone.Execute(_session);
                return null;
            }

            _session.SizeCache(large: group.Sum(request => request.Weight) > LargeGroupWeight);
            _session.Begin();
            var before = _session.Head;
            foreach (var request in group)
            {
                _session.Save();
                if (request.Execute(_session))
                {
                    _session.Release();
                }
                else
                {
                    _session.Undo();
                }
            }

            _session.Commit();
            grown = _session.Head > before;
            return null;
        }
        catch (Exception failure)
        {
            Rollback();
            return failure;
        }
    }

    /// <summary>A rollback that fails leaves the transaction to the next <see cref="WriteSession.Begin"/>; what its callers are told is the first failure.</summary>
    private void Rollback()
    {
        try
        {
            _session.Rollback();
        }
        catch (Exception failure)
        {
            _logger.LogError("rollback in {Path} failed; it is tried again before the next write: {Reason}", _path, failure.Message);
            _logger.LogDebug(failure, "where the rollback failed");
        }
    }
}

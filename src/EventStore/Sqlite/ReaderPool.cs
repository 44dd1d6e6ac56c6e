using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Strata.EventStore.Sqlite;

/// <summary>A bounded number of read-only connections, opened when first needed and kept.</summary>
internal sealed class ReaderPool(LogConnections connections, int size) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(size, size);
    private readonly ConcurrentBag<ReadSession> _idle = [];
    private bool _disposed;

    /// <summary>Runs <paramref name="read"/> on a connection of its own. It must leave no statement unreset: no read transaction outlives a page.</summary>
    public async Task<T> ReadAsync<T>(Func<ReadSession, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteEventStore));
            var session = _idle.TryTake(out var idle) ? idle : new ReadSession(connections.OpenReader());
            try
            {
                return read(session);
            }
            finally
            {
                _idle.Add(session);
            }
        }
        catch (SqliteException failure)
        {
            throw LogFailures.ExplainRead(failure, connections.Path);
        }
        finally
        {
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < size; i++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        _disposed = true;
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _free.Release(size);
    }
}

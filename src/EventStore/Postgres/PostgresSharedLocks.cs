using System.IO.Hashing;
using System.Text;
using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>
/// Advisory locks of the database. All shares of a process are one of the database's, on one connection; to be alone takes a connection of its own, so that the database
/// judges between a process's own sharers and its taker as between any others.
/// </summary>
internal sealed class PostgresSharedLocks(PostgresConnections connections) : ISharedLocks, IAsyncDisposable
{
    /// <summary>Upper 16 bits of the keys of these locks; the order of positions has 7700.</summary>
    private const long Space = 7701L << 48;

    private const string Share = "select pg_try_advisory_lock_shared($1)";
    private const string Unshare = "select pg_advisory_unlock_shared($1)";
    private const string Take = "select pg_try_advisory_lock($1)";
    private const string Leave = "select pg_advisory_unlock($1)";
    private const string Holds = "select true where $1 is not null";

    private readonly LockSession _sharing = new(connections);
    private readonly Dictionary<string, int> _shares = new(StringComparer.Ordinal);
    private int _sharesGeneration;

    public async ValueTask<IAsyncDisposable?> TryShareAsync(string name, bool isNewcomer, CancellationToken cancellationToken)
    {
        var (key, turnstile) = KeysOf(name);
        return await _sharing.RunAsync<IAsyncDisposable?>(
            async (connection, token) =>
            {
                if (isNewcomer)
                {
                    if (!await AskAsync(connection, Share, turnstile, token).ConfigureAwait(false))
                    {
                        return null;
                    }

                    await AskAsync(connection, Unshare, turnstile, token).ConfigureAwait(false);
                }

                if (_sharesGeneration != _sharing.Generation)
                {
                    _shares.Clear();
                    _sharesGeneration = _sharing.Generation;
                }

                var shares = _shares.GetValueOrDefault(name);
                if (shares == 0 && !await AskAsync(connection, Share, key, token).ConfigureAwait(false))
                {
                    return null;
                }

                _shares[name] = shares + 1;
                return new Shared(this, name, key, _sharing.Generation);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ITakenLock?> TryTakeAsync(string name, CancellationToken cancellationToken) => await TryTakeAsync(KeysOf(name).Key, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IAsyncDisposable> InsistAsync(string name, CancellationToken cancellationToken)
    {
        // Another one that insists already holds newcomers back for both.
        return await TryTakeAsync(KeysOf(name).Turnstile, cancellationToken).ConfigureAwait(false) ?? (IAsyncDisposable)new Nothing();
    }

    public ValueTask DisposeAsync() => _sharing.DisposeAsync();

    private static (long Key, long Turnstile) KeysOf(string name)
    {
        var hash = (long)(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name)) & 0xFFFF_FFFF_FFFE);
        return (Space | hash, Space | hash | 1);
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, long key, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = key } } };
        await using var _ = command.ConfigureAwait(false);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<Taken?> TryTakeAsync(long key, CancellationToken cancellationToken)
    {
        var session = new LockSession(connections);
        var isTaken = false;
        try
        {
            isTaken = await session.RunOnceAsync((connection, token) => AskAsync(connection, Take, key, token), cancellationToken).ConfigureAwait(false);
            return isTaken ? new Taken(session, key) : null;
        }
        finally
        {
            if (!isTaken)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task GiveBackAsync(string name, long key, int generation)
    {
        try
        {
            await _sharing.RunAsync(
                async (connection, token) =>
                {
                    // Its connection broke, and took it along.
                    if (generation != _sharing.Generation || --_shares[name] > 0)
                    {
                        return true;
                    }

                    return await AskAsync(connection, Unshare, key, token).ConfigureAwait(false);
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (LogStorageException)
        {
            // The connection is closed, by which the lock is given back: there is nothing else to be done about it, and what the share was for is done.
        }
    }

    private sealed class Shared(PostgresSharedLocks locks, string name, long key, int generation) : IAsyncDisposable
    {
        private int _isDisposed;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                await locks.GiveBackAsync(name, key, generation).ConfigureAwait(false);
            }
        }
    }

    private sealed class Taken(LockSession session, long key) : ITakenLock
    {
        private readonly int _generation = session.Generation;

        public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken)
        {
            try
            {
                return _generation == session.Generation && await session.RunOnceAsync((connection, token) => AskAsync(connection, Holds, key, token), cancellationToken).ConfigureAwait(false);
            }
            catch (LogStorageException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                // The database notices a closed connection only a moment later.
                if (_generation == session.Generation)
                {
                    await session.RunOnceAsync((connection, token) => AskAsync(connection, Leave, key, token), CancellationToken.None).ConfigureAwait(false);
                }
            }
            catch (LogStorageException)
            {
                // The connection broke, and took the lock along.
            }

            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>A connection of its own, by which locks live and die. It is opened when it is first needed, and anew after it broke. Safe for concurrent use.</summary>
internal sealed class LockSession(PostgresConnections connections) : IAsyncDisposable
{
    /// <summary>A machine that lost its power says no farewell: half a minute later the database gives its locks up.</summary>
    private const string NoticeTheDead = "set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";

    private readonly SemaphoreSlim _one = new(1, 1);
    private NpgsqlConnection? _connection;

    /// <summary>Another one after each break: what was held before is lost.</summary>
    public int Generation { get; private set; }

    /// <summary>On a new connection where the one from before broke while it lay idle.</summary>
    /// <param name="ask">Alone with the connection.</param>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var generation = Generation;
        try
        {
            return await RunOnceAsync(ask, cancellationToken).ConfigureAwait(false);
        }
        catch (LogStorageException) when (generation != Generation)
        {
            return await RunOnceAsync(ask, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="ask">Alone with the connection.</param>
    public async Task<T> RunOnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is null)
            {
                _connection = await connections.OpenLoneAsync(cancellationToken).ConfigureAwait(false);
                var settings = new NpgsqlCommand(NoticeTheDead, _connection);
                await using var _ = settings.ConfigureAwait(false);
                await settings.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return await ask(_connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // What came of the question nobody knows: without the connection nothing is held.
            await CloseAsync().ConfigureAwait(false);
            if (PostgresFailures.ExplainRead(failure, connections.Log) is var explained && explained != failure)
            {
                throw explained;
            }

            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _one.Dispose();
    }

    private async Task CloseAsync()
    {
        Generation++;
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}

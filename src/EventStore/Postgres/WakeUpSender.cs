using Microsoft.Extensions.Logging;
using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>
/// Tells other processes of appends after their commit, over a connection of its own: NOTIFY inside the appending transaction would serialise commits.
/// Appends that follow each other closely are told of together.
/// </summary>
internal sealed class WakeUpSender : IAsyncDisposable
{
    /// <summary>Much shorter than a person notices; two hundred notifications a second cost the server nothing.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _pending = new(0, 1);
    private readonly PostgresConnections _connections;
    private readonly ILogger _logger;
    private readonly Task _loop;
    private NpgsqlConnection? _connection;
    private int _isPending;
    private volatile int _serverProcess;

    public WakeUpSender(PostgresConnections connections, ILogger logger)
    {
        (_connections, _logger) = (connections, logger);
        _loop = Task.Run(SendAsync);
    }

    /// <summary>The server process of this connection, by which a listener knows its own; 0 while there is none.</summary>
    public int ServerProcess => _serverProcess;

    public void Pulse()
    {
        if (Interlocked.Exchange(ref _isPending, 1) == 0)
        {
            _pending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _stop.Dispose();
        _pending.Dispose();
    }

    private async Task SendAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _pending.WaitAsync(_stop.Token).ConfigureAwait(false);
                Volatile.Write(ref _isPending, 0);
                await NotifyAsync(_stop.Token).ConfigureAwait(false);
                await Task.Delay(Together, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (!_stop.IsCancellationRequested && PostgresFailures.IsBroken(failure))
            {
                // The readers look by themselves once a second; the next append opens a new connection.
                _logger.LogDebug("others are not told of appends to {Log}: {Reason}", _connections.Log, failure.Message);
                await CloseAsync().ConfigureAwait(false);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task NotifyAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _connection = new(_connections.Lone);
            await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            _serverProcess = _connection.ProcessID;
        }

        var notify = new NpgsqlCommand($"notify {WakeUpListener.Channel}", _connection);
        await using var _ = notify.ConfigureAwait(false);
        await notify.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        _serverProcess = 0;
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}

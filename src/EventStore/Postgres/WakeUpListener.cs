using Microsoft.Extensions.Logging;
using Npgsql;

namespace Strata.EventStore.Postgres;

/// <summary>Hears of the appends of other processes, over a connection of its own. While that one is away, who waits looks once a second.</summary>
internal sealed class WakeUpListener : IAsyncDisposable
{
    public const string Channel = "strata_events";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="ownProcess">The sender's server process: what it tells is known here already.</param>
    public WakeUpListener(PostgresConnections connections, HeadSignal signal, Func<int> ownProcess, ILogger logger) =>
        _loop = Task.Run(() => ListenAsync(connections, signal, ownProcess, logger));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ListenAsync(PostgresConnections connections, HeadSignal signal, Func<int> ownProcess, ILogger logger)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = new NpgsqlConnection(connections.Lone);
                await using var _ = connection.ConfigureAwait(false);
                connection.Notification += (_, told) =>
                {
                    if (told.PID != ownProcess())
                    {
                        signal.Pulse();
                    }
                };
                await connection.OpenAsync(_stop.Token).ConfigureAwait(false);
                var listen = new NpgsqlCommand($"listen {Channel}", connection);
                await using (listen.ConfigureAwait(false))
                {
                    await listen.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
                }

                // What was told before this connection listened was told to nobody.
                signal.Pulse();
                while (true)
                {
                    await connection.WaitAsync(_stop.Token).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (!_stop.IsCancellationRequested && failure is NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException)
            {
                logger.LogDebug("wake-ups of {Log} are not heard, it is asked once a second: {Reason}", connections.Log, failure.Message);
                await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}

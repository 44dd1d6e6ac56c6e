using RabbitMQ.Client;

namespace Strata.Bus;

/// <summary>A connection on which nothing is done but to see that it stands.</summary>
internal interface IWatchedConnection : IAsyncDisposable
{
    /// <returns>When it is broken: why.</returns>
    Task<string> EndedAsync(CancellationToken cancellationToken);
}

internal sealed class WatchedConnection : IWatchedConnection
{
    /// <summary>A broker that is frozen, or whose machine is gone, is missed after two of them; it is asked for nothing else.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IConnection _connection;

    private WatchedConnection(IConnection connection)
    {
        _connection = connection;
        connection.ConnectionShutdownAsync += (_, shutdown) =>
        {
            _ended.TrySetResult(BrokerFailures.ReasonOf(shutdown));
            return Task.CompletedTask;
        };
        if (connection.CloseReason is { } before)
        {
            _ended.TrySetResult(BrokerFailures.ReasonOf(before));
        }
    }

    public static async Task<IWatchedConnection> OpenAsync(Uri broker, CancellationToken cancellationToken)
    {
        var factory = BrokerLink.Factory(broker, "strata broker watch");
        factory.RequestedHeartbeat = Heartbeat;
        return new WatchedConnection(await factory.CreateConnectionAsync(cancellationToken));
    }

    public Task<string> EndedAsync(CancellationToken cancellationToken) => _ended.Task.WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

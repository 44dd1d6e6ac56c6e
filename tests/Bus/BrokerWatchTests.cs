using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Strata.Bus.Tests;

/// <summary>Over a broker that is away until it is said to be there.</summary>
public sealed class BrokerWatchTests
{
    private static readonly Uri Address = new("amqp://robot:secret@broker.example.org:5671/");

    private readonly BrokerStanding _standing = new(Address, TimeProvider.System, bus: null);
    private readonly Lines _told = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task A_broker_that_does_not_answer_is_told_of_once_and_once_more_when_it_does()
    {
        var broker = new ToldBroker();
        using var watch = Watch(broker);
        await watch.StartAsync(Token);

        (await _told.Said.Reader.ReadAsync(Token)).ShouldStartWith("Warning: bus: the broker at broker.example.org:5671 does not answer (nobody is there); it is tried again");
        await broker.AskedAgainAsync(Token);
        watch.GaveUp();
        (_standing.IsConnected, _standing.Reason).ShouldBe((false, "nobody is there"));
        broker.Return();

        (await _told.Said.Reader.ReadAsync(Token)).ShouldBe("Warning: bus: the broker at broker.example.org:5671 answers again");
        (_standing.IsConnected, _standing.Reason).ShouldBe((true, null));
        await watch.StopAsync(Token);
        _told.Said.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_connection_that_breaks_while_nobody_uses_it_is_told_with_the_reason()
    {
        var broker = new ToldBroker();
        broker.Return();
        using var watch = Watch(broker);
        await watch.StartAsync(Token);
        await broker.ConnectedAsync(Token);

        broker.GoAway("CONNECTION_FORCED - shutdown");

        (await _told.Said.Reader.ReadAsync(Token)).ShouldContain("does not answer (CONNECTION_FORCED - shutdown)");
        _standing.IsConnected.ShouldBeFalse();
        await watch.StopAsync(Token);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_ends_before_it_was_connected_says_so()
    {
        using var watch = Watch(new ToldBroker());

        watch.GaveUp();

        (await _told.Said.Reader.ReadAsync(Token)).ShouldContain("does not answer (no connection until the end of this process)");
    }

    private BrokerWatch Watch(ToldBroker broker) => new(_standing, broker.ConnectAsync, new ImpatientTime(), _told);

    /// <summary>Is there, or not, as the test says.</summary>
    private sealed class ToldBroker
    {
        private readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isThere;
        private volatile TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Return() => _isThere = true;

        public void GoAway(string reason)
        {
            _isThere = false;
            _ended.SetResult(reason);
        }

        public Task ConnectedAsync(CancellationToken cancellationToken) => _connected.Task.WaitAsync(cancellationToken);

        /// <summary>Once by whoever was told already, and once more.</summary>
        public async Task AskedAgainAsync(CancellationToken cancellationToken)
        {
            await _asked.Reader.ReadAsync(cancellationToken);
            await _asked.Reader.ReadAsync(cancellationToken);
        }

        public Task<IWatchedConnection> ConnectAsync(CancellationToken cancellationToken)
        {
            _asked.Writer.TryWrite(true);
            if (!_isThere)
            {
                throw new IOException("none of the endpoints were reachable", new SocketException((int)SocketError.ConnectionRefused, "nobody is there."));
            }

            return Task.FromResult<IWatchedConnection>(new Connection(_ended.Task, _connected));
        }

        private sealed class Connection(Task<string> ended, TaskCompletionSource held) : IWatchedConnection
        {
            public Task<string> EndedAsync(CancellationToken cancellationToken)
            {
                held.TrySetResult();
                return ended.WaitAsync(cancellationToken);
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class Lines : ILogger<BrokerWatch>
    {
        public Channel<string> Said { get; } = Channel.CreateUnbounded<string>();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Said.Writer.TryWrite($"{logLevel}: {formatter(state, exception)}");
            }
        }
    }
}

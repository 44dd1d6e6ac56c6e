using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Strata.Bus.Tests;

/// <summary>Over a bus in memory, which is as far away as a broker until it is started.</summary>
public sealed class BrokerWatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task A_broker_that_does_not_answer_is_told_of_once_and_once_more_when_it_does()
    {
        var bus = MassTransit.Bus.Factory.CreateUsingInMemory(_ => { });
        var (time, told) = (new TimeOfLooks(), new Lines());
        using var watch = new BrokerWatch(bus, new Uri("amqp://robot:secret@broker.example.org:5671/"), time, told);
        await watch.StartAsync(Token);

        await time.LookAsync();
        (await told.Said.Reader.ReadAsync(Token)).ShouldStartWith("Warning: bus: the broker at broker.example.org:5671 does not answer; it is tried again");
        await time.LookAsync();
        watch.GaveUp();
        await bus.StartAsync(Token);
        await UntilAsync(() => bus.CheckHealth().Status == BusHealthStatus.Healthy);
        await time.LookAsync();

        (await told.Said.Reader.ReadAsync(Token)).ShouldBe("Warning: bus: the broker at broker.example.org:5671 answers again");
        await watch.StopAsync(Token);
        await bus.StopAsync(Token);
        told.Said.Reader.TryRead(out _).ShouldBeFalse();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Yield();
        }
    }

    /// <summary>Looks when the test says so.</summary>
    private sealed class TimeOfLooks : TimeProvider
    {
        private readonly TaskCompletionSource<Action> _look = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task LookAsync() => (await _look.Task)();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _look.TrySetResult(() => callback(state));
            return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

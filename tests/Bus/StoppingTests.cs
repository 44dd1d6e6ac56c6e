using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus.Tests;

/// <summary>A command that ends at once ends in order: nothing is reported as a fault that is none.</summary>
public sealed class StoppingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-stop-");
    private readonly MemoryLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_being_published_when_the_relay_is_stopped_is_published_and_the_checkpoint_moves()
    {
        var (publisher, checkpoint) = (new HeldPublisher(), new RecordingCheckpoint());
        _log.Append(Some.DatasetWithRules);
        var position = _log.Append(Some.Layer("episode_1"));
        using var relay = new Relay(_log, new OnlyRelay(), checkpoint, publisher, publishFeed: false, new RelayProgress(TimeProvider.System, "stopping"), new StandingTime(), NullLogger<Relay>.Instance);
        await relay.StartAsync(Token);
        await publisher.Entered.WaitAsync(Token);

        var stopped = relay.StopAsync(CancellationToken.None);
        publisher.LetGo();
        await stopped;

        checkpoint.Position.ShouldBe(position);
    }

    [Fact]
    public async Task A_transport_that_does_not_answer_does_not_hold_up_the_end()
    {
        var (publisher, checkpoint) = (new HeldPublisher(), new RecordingCheckpoint());
        _log.Append(Some.DatasetWithRules);
        _log.Append(Some.Layer("episode_1"));
        using var relay = new Relay(_log, new OnlyRelay(), checkpoint, publisher, publishFeed: false, new RelayProgress(TimeProvider.System, "stopping"), new ImpatientTime(), NullLogger<Relay>.Instance);
        await relay.StartAsync(Token);
        await publisher.Entered.WaitAsync(Token);

        await relay.StopAsync(Token);

        checkpoint.Position.ShouldBe(0);
    }

    [Fact]
    public async Task A_bus_that_is_still_starting_is_started_before_it_is_stopped_and_complains_of_nothing()
    {
        var (start, complaints) = (new HeldStart(), new Complaints());
        using var host = Build(start, complaints);
        await host.StartAsync(Token);
        await start.Entered.WaitAsync(Token);

        var stopped = host.StopAsync(Token);
        start.LetGo();
        await stopped;
        await ((IAsyncDisposable)host).DisposeAsync();

        complaints.ShouldBeEmpty();
        start.Stopped.ShouldBe(1);
    }

    [Fact]
    public async Task A_host_that_is_stopped_twice_stops_its_bus_once()
    {
        var (start, complaints) = (new HeldStart(), new Complaints());
        start.LetGo();
        using var host = Build(start, complaints);
        await host.StartAsync(Token);

        await host.StopAsync(Token);
        await host.StopAsync(Token);
        await ((IAsyncDisposable)host).DisposeAsync();

        complaints.ShouldBeEmpty();
        start.Stopped.ShouldBe(1);
    }

    [Fact]
    public async Task A_bus_that_could_not_start_is_not_stopped()
    {
        var (start, complaints) = (new HeldStart(), new Complaints());
        using var host = Build(start, complaints);
        await host.StartAsync(Token);
        await start.Entered.WaitAsync(Token);

        start.Fail();
        await host.StopAsync(Token);
        await ((IAsyncDisposable)host).DisposeAsync();

        complaints.ShouldNotContain(c => c.Contains("Failed to stop bus"));
        start.Stopped.ShouldBe(0);
    }

    private IHost Build(HeldStart start, Complaints complaints)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(complaints);
        builder.Services.AddSingleton<IEventStore>(_log);
        builder.Services.AddSingleton<IHandle<EvaluateSegment>>(new WakeUpHandler());
        builder.Services.AddSingleton<IBusObserver>(start);
        builder.Services.AddStrataBus(new BusOptions(null, Relay: true, Consume: true, Path.Combine(_folder.FullName, "relay.position")));
        return builder.Build();
    }

    private sealed class HeldPublisher : IPublishMessages
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void LetGo() => _letGo.SetResult();

        public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => throw new NotSupportedException("no feed is asked for");

        public Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
        {
            _entered.TrySetResult();
            return _letGo.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Holds the start of a bus until it is let go.</summary>
    private sealed class HeldStart : IBusObserver
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public int Stopped { get; private set; }

        public void LetGo() => _letGo.SetResult();

        public void Fail() => _letGo.SetException(new IOException("no such host"));

        public Task PreStart(IBus bus)
        {
            _entered.TrySetResult();
            return _letGo.Task;
        }

        public Task PostStop(IBus bus)
        {
            Stopped++;
            return Task.CompletedTask;
        }

        public void PostCreate(IBus bus)
        {
        }

        public void CreateFaulted(Exception exception)
        {
        }

        public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

        public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

        public Task PreStop(IBus bus) => Task.CompletedTask;

        public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
    }

    /// <summary>All that is logged as a warning or worse.</summary>
    private sealed class Complaints : ConcurrentQueue<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A clock on which no time passes.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.UnreliableBus;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Bus.Tests;

/// <summary>What the endpoint of robots tells of itself: whether it is connected, what was in the way, and what came.</summary>
public abstract class RobotWatchTests(RabbitMqBroker broker)
{
    private const int Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task What_comes_is_counted_by_its_outcome_with_batches_redeliveries_and_dead_letters()
    {
        await using var world = await OpenAsync();
        using var counted = new Counted(world.Prefix);
        var answers = await world.ListenAsync();
        var dead = await world.UploadAsync("dead", Made.Scalars("dead"));
        await world.StartAsync(
            new FaultyRegistrar(
                world.Registrar,
                before: (deliveries, _) => deliveries.Any(d => System.Text.Encoding.UTF8.GetString(d.Body.Span).Contains("\"dead\"", StringComparison.Ordinal)) ? throw new InvalidOperationException("a fault of ours") : Task.CompletedTask,
                after: call => call == 1 ? throw new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 541, "killed")) : Task.CompletedTask),
            new Deaf());

        var good = await world.UploadAsync("1", Made.Scalars("a"));
        await world.PublishAsync(good);
        await world.AnswersAsync(answers, 1);
        await world.PublishAsync(good with { MessageId = "2" });
        await world.PublishAsync("{}"u8.ToArray(), world.Robot);
        await world.AnswersAsync(answers, 2);
        await world.PublishAsync(dead);
        await world.PublishAsync(RobotMessageJson.Serialize(new RobotHeartbeat(world.Robot, 1, 0, 0, null, null)), world.Robot, RobotRouting.Heartbeat(world.Robot));
        await world.ReleaseAsync();

        await counted.UntilAsync("strata.bus.robots.messages", "strata-robots", "dead", 1);
        await counted.UntilAsync("strata.bus.robots.messages", "strata-heartbeats", "heard", 1);
        await counted.UntilAsync("strata.bus.robots.messages", "strata-robots", "accepted", 1);
        await counted.UntilAsync("strata.bus.robots.messages", "strata-robots", "known", 1);
        await counted.UntilAsync("strata.bus.robots.messages", "strata-robots", "quarantined", 1);
        await counted.UntilAsync("strata.bus.robots.redeliveries", "strata-robots", null, 1);
        await counted.UntilAsync("strata.bus.robots.batch", "strata-robots", null, 4);
        counted.Connected("strata-robots").ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task While_the_log_cannot_be_written_it_is_told_that_messages_are_held_and_why()
    {
        await using var world = await OpenAsync();
        var answers = await world.ListenAsync();
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isMended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await world.StartAsync(new FaultyRegistrar(world.Registrar, before: async (_, call) =>
        {
            if (call == 1)
            {
                throw new LogStorageException("the database does not answer");
            }

            tried.TrySetResult();
            await isMended.Task;
        }));
        (world.Standing.IsConnected, world.Standing.LastError, world.Standing.HeldSince).ShouldBe((true, null, null));

        await world.PublishAsync(await world.UploadAsync("1", Made.Scalars("a")));
        await world.ReleaseAsync();
        await tried.Task.WaitAsync(Token);

        (world.Standing.IsConnected, world.Standing.LastError, world.Standing.HeldSince is null).ShouldBe((true, "the database does not answer", false));
        isMended.SetResult();
        await world.AnswerAsync(answers);
        while (world.Standing.HeldSince is not null)
        {
            await Task.Delay(5, Token);
        }

        var last = world.Link.Breaks == 0 ? "the database does not answer" : UnreliableLink.Reason;
        world.Standing.LastError.ShouldNotBeNull().ShouldContain(last, Case.Sensitive, "what was last in the way stays to be seen");
    }

    private Task<RobotWorld> OpenAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        return RobotWorld.OpenAsync(broker.Address!, OverAttribute.Of(this));
    }

    private sealed class Deaf : IHandle<RobotHeartbeat>
    {
        public Task HandleAsync(RobotHeartbeat message, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>What one installation on the broker measures.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<(string Instrument, string? Queue, string? Outcome), long> _counts = new();
        private readonly ConcurrentDictionary<string, int> _connected = new();

        public Counted(string prefix)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("strata.bus.robots.", StringComparison.Ordinal) && instrument.Meter.Tags?.Any(t => Equals(t.Value, prefix)) == true)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _counts.AddOrUpdate((instrument.Name, Tag(tags, "queue"), Tag(tags, "outcome")), value, (_, before) => before + value));
            _listener.SetMeasurementEventCallback<int>((_, value, tags, _) => _connected[Tag(tags, "queue")!] = value);
            _listener.Start();
        }

        public void Dispose() => _listener.Dispose();

        public async Task UntilAsync(string instrument, string queue, string? outcome, long count)
        {
            while (_counts.GetValueOrDefault((instrument, queue, outcome)) < count)
            {
                await Task.Delay(5, Token);
            }
        }

        public int Connected(string queue)
        {
            _listener.RecordObservableInstruments();
            return _connected[queue];
        }

        private static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == name)
                {
                    return tag.Value as string;
                }
            }

            return null;
        }
    }
}

[Over(Transport.Reliable)]
public sealed class ReliableRobotWatchTests(RabbitMqBroker broker) : RobotWatchTests(broker);

[Over(Transport.Unreliable)]
public sealed class UnreliableRobotWatchTests(RabbitMqBroker broker) : RobotWatchTests(broker);

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Strata.Bus;
using Strata.EventStore;
using Strata.EventStore.Postgres;

namespace Strata.Bench;

/// <summary>A relay that is behind: from its start until the last event has been published, and until a subscriber of the feed has it. Real events, from PostgreSQL over RabbitMQ.</summary>
internal static class RelayMeasurement
{
    public static async Task RunAsync(Uri broker, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        foreach (var (each, words) in new[] { (SyntheticEvents.AllLayers, "five a segment, as the rules leave them"), (SyntheticEvents.BaseOnly, "one a segment, as a registration leaves them") })
        {
            await using var database = await BenchDatabase.TryCreateAsync(cancellationToken) ?? throw new InvalidOperationException("fleet needs PostgreSQL");
            await using var store = await PostgresEventStore.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken);
            var (events, bytes) = await SyntheticLog.FillAsync(store, (options.Quick ? 20_000 : 100_000) / each, each, cancellationToken);
            var what = string.Create(CultureInfo.InvariantCulture, $"relay catches up, {events} events of {bytes:0} B, {words}");
            for (var run = 1; run <= options.Runs; run++)
            {
                var before = Environment.CpuUsage.TotalTime;
                var (published, received, messages) = await CatchUpAsync(store, broker, events, cancellationToken);
                results.Add(new Sample(what + ": published", Side.Strata, run, events / published.TotalSeconds, "events/s"));
                results.Add(new Sample(what + ": at a subscriber of the feed", Side.Strata, run, events / received.TotalSeconds, "events/s"));
                results.Add(new Sample(what + ": relay and subscriber", Side.Strata, run, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / events, "µs of a core/event"));
                results.Add(new Sample(what + ": wake-ups", Side.Strata, run, messages, "messages"));
                Console.Error.WriteLine($"{what}: {events / published.TotalSeconds:N0} published/s, {events / received.TotalSeconds:N0} received/s, {messages} wake-ups, {(Environment.CpuUsage.TotalTime - before).TotalMicroseconds / events:0.0} µs of a core an event (load {Machine.LoadAverage():0.0})");
            }
        }
    }

    private static async Task<(TimeSpan Published, TimeSpan Received, long WakeUps)> CatchUpAsync(PostgresEventStore store, Uri broker, long events, CancellationToken cancellationToken)
    {
        var prefix = $"bench{Guid.NewGuid():N}-";
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var received = await SubscribeAsync(channel, prefix, events, cancellationToken);
        var wakeUps = await BindAsync(channel, prefix + BusNames.Evaluate, cancellationToken);

        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IEventStore>(store);
        builder.Services.AddSingleton<ILeases>(store);
        builder.Services.AddSingleton<ILeasedPositions>(store);
        builder.Services.AddStrataBus(new BusOptions(broker, Relay: true, Consume: false, CheckpointFile: null) { Prefix = prefix });
        using var host = builder.Build();
        var clock = Stopwatch.StartNew();
        await host.StartAsync(cancellationToken);
        await received.WaitAsync(cancellationToken);
        var receivedAfter = clock.Elapsed;
        while (await ((ILeasedPositions)store).ReadPositionAsync($"relay/{prefix}", cancellationToken) < events)
        {
            await Task.Delay(1, cancellationToken);
        }

        var publishedAfter = clock.Elapsed;
        await host.StopAsync(cancellationToken);
        var count = await channel.MessageCountAsync(wakeUps, cancellationToken);
        foreach (var exchange in new[] { BusNames.Events, BusNames.Evaluate })
        {
            await channel.ExchangeDeleteAsync(prefix + exchange, cancellationToken: cancellationToken);
        }

        return (publishedAfter, receivedAfter, count);
    }

    private static async Task<Task> SubscribeAsync(IChannel channel, string prefix, long last, CancellationToken cancellationToken)
    {
        var queue = await BindAsync(channel, prefix + BusNames.Events, cancellationToken);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var events = JsonElement.Parse(delivery.Body.Span).GetProperty("events");
            if (events[events.GetArrayLength() - 1].GetProperty("position").GetInt64() == last)
            {
                done.SetResult();
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
        return done.Task;
    }

    private static async Task<string> BindAsync(IChannel channel, string exchange, CancellationToken cancellationToken)
    {
        // Of the kind that the workers' queue is, so that a confirmation costs what it costs in production.
        var queue = exchange + "-bench";
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-expires"] = 60_000 }, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, exchange, "", cancellationToken: cancellationToken);
        return queue;
    }
}

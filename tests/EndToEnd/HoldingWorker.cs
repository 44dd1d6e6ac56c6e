using System.Text.Json;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Strata.DerivationWorkers;

namespace Strata.EndToEnd.Tests;

/// <summary>A worker at a queue that holds what it takes until a test says what it answers; a plain client, as one in another language is.</summary>
internal sealed class HoldingWorker : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Channel<HeldJob> _taken = Channel.CreateUnbounded<HeldJob>();

    private HoldingWorker(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="atOnce">So many jobs it takes before it has answered any.</param>
    public static async Task<HoldingWorker> StartAsync(Uri broker, string queue, ushort atOnce = 1)
    {
        var connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token);
        var worker = new HoldingWorker(connection, await connection.CreateChannelAsync(cancellationToken: Token));
        await worker._channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        await worker._channel.BasicQosAsync(0, atOnce, global: false, Token);
        var consumer = new AsyncEventingBasicConsumer(worker._channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var job = JsonSerializer.Deserialize(delivery.Body.Span, OutsideJson.Default.OutsideJob)!;
            worker._taken.Writer.TryWrite(new(job, delivery.DeliveryTag, delivery.Redelivered, delivery.BasicProperties.ReplyTo!));
            return Task.CompletedTask;
        };
        await worker._channel.BasicConsumeAsync(queue, autoAck: false, consumer, Token);
        return worker;
    }

    /// <summary>Ends with the next job that it takes.</summary>
    public ValueTask<HeldJob> NextAsync() => _taken.Reader.ReadAsync(Token);

    /// <summary>With a layer of two rows; what asked may be gone.</summary>
    public async Task AnswerAsync(HeldJob held)
    {
        var properties = new BasicProperties { CorrelationId = held.Job.JobId, ContentType = "application/vnd.rerun.rrd" };
        await _channel.BasicPublishAsync("", held.ReplyTo, mandatory: false, properties, SmallRecordings.Answer(held.Job), Token);
        await _channel.BasicAckAsync(held.Tag, multiple: false, Token);
    }

    /// <summary>As who gets a job of which another worker may have died.</summary>
    public async Task SendBackAsync(HeldJob held)
    {
        var properties = new BasicProperties { CorrelationId = held.Job.JobId, ContentType = "application/json" };
        await _channel.BasicPublishAsync("", held.ReplyTo, mandatory: false, properties, """{"failed": "its worker died", "tryAgain": true}"""u8.ToArray(), Token);
        await _channel.BasicAckAsync(held.Tag, multiple: false, Token);
    }

    /// <summary>Dies with what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>Takes the queue away, as nobody takes jobs from it any more.</summary>
    /// <returns>How many jobs lay in it.</returns>
    public static async Task<uint> RemoveAsync(Uri broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        return await channel.QueueDeleteAsync(queue, cancellationToken: Token);
    }
}

/// <param name="ReplyTo">Where its answer goes.</param>
internal sealed record HeldJob(OutsideJob Job, ulong Tag, bool Redelivered, string ReplyTo);

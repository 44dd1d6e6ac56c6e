using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>One life of the connection over which jobs are asked. Answers come to the channel itself (direct reply-to), so that nothing of them is left at the broker when it ends.</summary>
internal sealed class QuestionLink : IAsyncDisposable
{
    private const double NsPerMillisecond = 1e6;
    private const string DirectReplies = "amq.rabbitmq.reply-to";

    /// <summary>The broker's own largest, so that it is the definition that says how large an answer may be.</summary>
    private const uint LargestAnswer = 512 << 20;

    /// <summary>A broker that is gone without a word is missed after two of them; until then its jobs would wait.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly BrokerLink _link;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<QueuedAnswer>> _waiting = new(StringComparer.Ordinal);
    private volatile ShutdownEventArgs? _ended;

    private QuestionLink(BrokerLink link, TimeProvider time)
    {
        (_link, _time) = (link, time);
        link.Publish.ChannelShutdownAsync += (_, shutdown) =>
        {
            _ended = shutdown;
            foreach (var waiting in _waiting.Values)
            {
                waiting.TrySetException(new OperationInterruptedException(shutdown));
            }

            return Task.CompletedTask;
        };
    }

    public bool IsOpen => _ended is null && _link.Publish.IsOpen;

    public static async Task<QuestionLink> OpenAsync(Uri broker, TimeProvider time, CancellationToken cancellationToken)
    {
        var factory = BrokerLink.Factory(broker, "strata derivers");
        (factory.RequestedHeartbeat, factory.MaxInboundMessageBodySize) = (Heartbeat, LargestAnswer);
        var link = new QuestionLink(await BrokerLink.OpenAsync(factory, cancellationToken), time);
        try
        {
            var consumer = new AsyncEventingBasicConsumer(link._link.Publish);
            consumer.ReceivedAsync += (_, answer) =>
            {
                link.Take(answer);
                return Task.CompletedTask;
            };
            await link._link.Publish.BasicConsumeAsync(DirectReplies, autoAck: true, consumer, cancellationToken);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <returns>Null: there is no such queue.</returns>
    public async Task<QueueCount?> CountAsync(string queue, CancellationToken cancellationToken)
    {
        // The broker closes the channel on which somebody asks for a queue that is not there.
        await using var channel = await _link.OpenChannelAsync(cancellationToken);
        try
        {
            var queueNow = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return new(queueNow.ConsumerCount, queueNow.MessageCount);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    public async Task<QueuedAnswer> AskAsync(QueuedJob job, Action taken, CancellationToken cancellationToken)
    {
        var answer = _waiting[job.JobId] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (_ended is { } ended)
            {
                throw new OperationInterruptedException(ended);
            }

            // Who stops waiting must not leave half a frame, or a confirmation that nobody takes, on the channel of all.
            await _link.Publish.BasicPublishAsync("", job.Queue, mandatory: true, PropertiesOf(job), job.Json, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            await UntilTakenAsync(job.Queue, answer.Task, cancellationToken);
            if (!answer.Task.IsCompleted)
            {
                taken();
            }

            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(job.JobId, out _);
        }
    }

    /// <summary>A broker does not tell of one job whether a worker has it, but how many none has.</summary>
    private async Task UntilTakenAsync(string queue, Task answered, CancellationToken cancellationToken)
    {
        while (!answered.IsCompleted && await CountAsync(queue, cancellationToken) is { Waiting: > 0 })
        {
            await Task.WhenAny(answered, Task.Delay(QueueLine.Look, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static BasicProperties PropertiesOf(QueuedJob job) => new()
    {
        ContentType = DeriverQueueNames.JsonType,
        MessageId = job.JobId,
        CorrelationId = job.JobId,
        Type = DeriverQueueNames.JobType,
        ReplyTo = DirectReplies,
        Expiration = Math.Ceiling(job.PatienceNs / NsPerMillisecond).ToString(CultureInfo.InvariantCulture),

        // Who asks is gone with the broker; what it would find on its disk is asked again.
        Persistent = false,
    };

    /// <summary>What nobody waits for any more came too late.</summary>
    private void Take(BasicDeliverEventArgs answer)
    {
        if (answer.BasicProperties.CorrelationId is { } id && _waiting.TryGetValue(id, out var waiting))
        {
            // Its buffer is the client's, and is used again.
            waiting.TrySetResult(new(answer.BasicProperties.ContentType, ReplyOf(answer.BasicProperties), answer.Body.ToArray()));
        }
    }

    /// <summary>A text comes as its bytes; what is none is told as what it is.</summary>
    private static ReadOnlyMemory<byte>? ReplyOf(IReadOnlyBasicProperties properties)
    {
        object? reply = null;
        properties.Headers?.TryGetValue(DeriverQueueNames.ReplyHeader, out reply);
        return reply switch
        {
            null => (ReadOnlyMemory<byte>?)null,
            byte[] text => text,
            _ => Encoding.UTF8.GetBytes($"{reply}"),
        };
    }
}

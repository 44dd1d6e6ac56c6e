using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Strata.Contracts;

namespace Strata.Bus.Tests;

/// <summary>Jobs and answers over a real broker. The worker is a plain client, as one in another language is.</summary>
public sealed class DeriverQueuesTests(RabbitMqBroker broker) : IAsyncLifetime
{
    private const int Patience = 60_000;

    private readonly string _queue = $"strata.deriver.{Guid.NewGuid():N}";
    private DeriverQueues? _queues;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DeriverQueues Queues => _queues!;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        _queues = new(broker.Address!, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_queues is not null)
        {
            await _queues.DisposeAsync();
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_job_has_the_properties_of_an_ordinary_request_and_its_answer_comes_whole()
    {
        var large = new byte[3_000_000];
        Random.Shared.NextBytes(large);
        BasicDeliverEventArgs? seen = null;
        await using var worker = await Worker.StartAsync(broker.Address!, _queue, job =>
        {
            seen = job;
            return [Answer.To(job, large, "application/vnd.rerun.rrd", """{"rowsUsed": 2}""")];
        });

        (await Queues.TakeTurnAsync(_queue, Token)).Dispose();
        var answer = await Queues.AskAsync(Job("7", "the job", TimeSpan.FromSeconds(59.0004)), () => { }, Token);

        var properties = seen!.BasicProperties;
        (properties.ContentType, properties.Type, properties.MessageId, properties.CorrelationId, properties.Expiration).ShouldBe(("application/json", "strata.deriver.job", "7", "7", "59001"));
        properties.ReplyTo.ShouldNotBeNull().ShouldStartWith("amq.rabbitmq.reply-to.");
        Encoding.UTF8.GetString(seen.Body.Span).ShouldBe("the job");
        answer.ContentType.ShouldBe("application/vnd.rerun.rrd");
        Encoding.UTF8.GetString(answer.Reply!.Value.Span).ShouldBe("""{"rowsUsed": 2}""");
        answer.Body.Span.SequenceEqual(large).ShouldBeTrue();
    }

    [Fact(Timeout = Patience)]
    public async Task A_queue_is_served_as_long_as_somebody_takes_jobs_from_it_and_looking_makes_none()
    {
        (await Queues.IsServedAsync(_queue, Token)).ShouldBeFalse("there is no such queue");
        await using (await Worker.StartAsync(broker.Address!, _queue, _ => []))
        {
            (await Queues.IsServedAsync(_queue, Token)).ShouldBeTrue();
        }

        (await Queues.IsServedAsync(_queue, Token)).ShouldBeFalse("its worker is gone");
        await using var nowhere = new DeriverQueues(new Uri("amqp://localhost:1"), TimeProvider.System);
        (await nowhere.IsServedAsync(_queue, Token)).ShouldBeFalse("there is no broker");
    }

    [Fact(Timeout = Patience)]
    public async Task Each_job_gets_its_own_answer_whatever_their_order_and_what_nobody_asked_for_is_left()
    {
        var held = new List<BasicDeliverEventArgs>();
        await using var worker = await Worker.StartAsync(broker.Address!, _queue, job =>
        {
            held.Add(job);
            return held.Count < 5 ? [] : [.. held.AsEnumerable().Reverse().SelectMany(j => new[]
            {
                Answer.To(j, [9], "text/plain", null, correlation: "nobody's"),
                Answer.To(j, [9], "text/plain", null, correlation: null),
                Answer.To(j, Encoding.UTF8.GetBytes($"of {j.BasicProperties.MessageId}"), null, null),
                Answer.To(j, "once more"u8.ToArray(), null, null),
            })];
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Queues.AskAsync(Job($"{n}", "job"), () => { }, Token)));

        answers.Select(a => (a.ContentType, a.Reply, Encoding.UTF8.GetString(a.Body.Span))).ShouldBe(Enumerable.Range(0, 5).Select(n => ((string?)null, (ReadOnlyMemory<byte>?)null, $"of {n}")));
    }

    [Fact(Timeout = Patience)]
    public async Task Where_there_is_no_queue_or_nobody_at_it_is_told_with_what_to_start_and_no_queue_is_made()
    {
        var words = $"nobody takes jobs from the queue '{_queue}' of the broker at {broker.Address!.Host}:{broker.Address.Port}; start its worker, which declares the queue and consumes from it";
        (await Should.ThrowAsync<DeriverQueueException>(() => Queues.TakeTurnAsync(_queue, Token))).Message.ShouldBe(words);
        (await Should.ThrowAsync<DeriverQueueException>(() => Queues.AskAsync(Job("1", "job"), () => { }, Token))).Message.ShouldBe(words);

        await using (await Worker.StartAsync(broker.Address, _queue, _ => []))
        {
            (await Queues.TakeTurnAsync(_queue, Token)).Dispose();
        }

        (await Should.ThrowAsync<DeriverQueueException>(() => Queues.TakeTurnAsync(_queue, Token))).Message.ShouldBe(words);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_does_not_wait_any_more_gets_no_answer_and_a_job_that_nobody_took_in_time_is_gone()
    {
        var taken = new TaskCompletionSource();
        BasicDeliverEventArgs? held = null;
        await using var worker = await Worker.StartAsync(broker.Address!, _queue, job =>
        {
            held ??= job;
            taken.TrySetResult();
            return job.BasicProperties.MessageId == "last" ? [Answer.To(held, "late"u8.ToArray(), null, null), Answer.To(job, "in time"u8.ToArray(), null, null)] : [];
        }, prefetch: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        // One is taken and held; one waits behind it until it is worth nothing.
        var asked = Queues.AskAsync(Job("first", "job"), () => { }, stop.Token);
        await taken.Task.WaitAsync(Token);
        var waiting = Queues.AskAsync(Job("behind", "job", TimeSpan.FromMilliseconds(500)), () => { }, stop.Token);
        await worker.UntilWaitingAsync(1);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asked);
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        await worker.UntilWaitingAsync(0);
        await worker.AcknowledgeAsync(held!);
        var answer = await Queues.AskAsync(Job("last", "job"), () => { }, Token);

        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe("in time");
        worker.Taken.ShouldBe(["first", "last"]);
    }

    [Fact(Timeout = Patience)]
    public async Task No_more_are_asked_at_once_than_there_are_workers_so_that_no_job_waits_behind_another()
    {
        await using var worker = await Worker.StartAsync(broker.Address!, _queue, job => [Answer.To(job, [1], null, null)], prefetch: 1);
        var (asked, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
        {
            using var turn = await Queues.TakeTurnAsync(_queue, Token);
            most = Math.Max(most, Interlocked.Increment(ref asked));
            await Queues.AskAsync(Job($"{n}", "job"), () => { }, Token);
            Interlocked.Decrement(ref asked);
        }));

        most.ShouldBe(1);
        worker.Taken.Count.ShouldBe(12);
    }

    [Fact(Timeout = Patience)]
    public async Task A_job_behind_that_of_another_process_is_not_taken_until_a_worker_has_it_and_meanwhile_nobody_gets_a_turn()
    {
        var held = new TaskCompletionSource<BasicDeliverEventArgs>();
        await using var worker = await Worker.StartAsync(broker.Address!, _queue, job =>
        {
            held.TrySetResult(job);
            return [];
        }, prefetch: 1);
        var time = new CountedTime();
        await using var here = new DeriverQueues(broker.Address!, time);
        await using var others = new DeriverQueues(broker.Address!, time);
        var (first, behind) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] asked = [Queues.AskAsync(Job("first", "job"), first.SetResult, stop.Token)];
        await first.Task.WaitAsync(Token);

        asked = [.. asked, here.AskAsync(Job("behind", "job"), behind.SetResult, stop.Token)];
        await worker.UntilWaitingAsync(1);
        var turn = others.TakeTurnAsync(_queue, Token);

        // Both have looked, and pause; both look again, and pause again.
        await time.UntilMadeAsync(2, Token);
        time.Advance(QueueLine.Look);
        await time.UntilMadeAsync(4, Token);
        (behind.Task.IsCompleted, turn.IsCompleted).ShouldBe((false, false));
        await worker.AcknowledgeAsync(await held.Task);
        await worker.UntilWaitingAsync(0);
        time.Advance(QueueLine.Look);

        await behind.Task.WaitAsync(Token);
        (await turn).Dispose();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Task.WhenAll(asked));
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_that_dies_with_a_job_gives_it_to_the_next_one()
    {
        var taken = new TaskCompletionSource();
        await using var first = await Worker.StartAsync(broker.Address!, _queue, _ =>
        {
            taken.TrySetResult();
            return [];
        });
        var asked = Queues.AskAsync(Job("1", "job"), () => { }, Token);
        await taken.Task.WaitAsync(Token);
        await using var second = await Worker.StartAsync(broker.Address!, _queue, job => [Answer.To(job, [1], null, null)]);

        await first.DisposeAsync();

        (await asked).Body.Length.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task Aconnection_that_breaks_ends_what_waits_on_it_with_why_and_the_next_question_makes_a_new_one()
    {
        await using var own = new RabbitMqBroker();
        await own.InitializeAsync();
        Assert.SkipWhen(own.ControlAbsence is not null, own.ControlAbsence ?? "");
        await using var queues = new DeriverQueues(own.Address!, TimeProvider.System);
        var taken = new TaskCompletionSource();
        await using (await Worker.StartAsync(own.Address!, _queue, _ =>
        {
            taken.TrySetResult();
            return [];
        }))
        {
            var asked = queues.AskAsync(Job("1", "job"), () => { }, Token);
            await taken.Task.WaitAsync(Token);

            await own.StopAsync();

            (await Should.ThrowAsync<DeriverQueueException>(() => asked)).Message.ShouldContain("the connection broke before an answer came (");
            (await Should.ThrowAsync<DeriverQueueException>(() => queues.TakeTurnAsync(_queue, Token))).Message.ShouldStartWith($"the broker at 127.0.0.1:{own.Address!.Port} could not be asked");
        }

        await own.StartAgainAsync();
        await using var again = await Worker.StartAsync(own.Address!, _queue, job => [Answer.To(job, [1], null, null)]);
        (await queues.AskAsync(Job("2", "job"), () => { }, Token)).Body.Length.ShouldBe(1);
    }

    private QueuedJob Job(string id, string text, TimeSpan? patience = null) => new(_queue, id, Encoding.UTF8.GetBytes(text), (long)(patience ?? TimeSpan.FromMinutes(1)).TotalNanoseconds);

    private sealed record Answer(string ReplyTo, BasicProperties Properties, byte[] Body)
    {
        public static Answer To(BasicDeliverEventArgs job, byte[] body, string? contentType, string? reply) => To(job, body, contentType, reply, job.BasicProperties.CorrelationId);

        public static Answer To(BasicDeliverEventArgs job, byte[] body, string? contentType, string? reply, string? correlation)
        {
            var properties = new BasicProperties { Headers = reply is null ? null : new Dictionary<string, object?> { ["strata-reply"] = reply } };
            if (contentType is not null)
            {
                properties.ContentType = contentType;
            }

            if (correlation is not null)
            {
                properties.CorrelationId = correlation;
            }

            return new(job.BasicProperties.ReplyTo!, properties, body);
        }
    }

    /// <summary>Takes one job at a time; one that it answers it acknowledges.</summary>
    private sealed class Worker(IConnection connection, IChannel channel, string queue) : IAsyncDisposable
    {
        public List<string?> Taken { get; } = [];

        public static async Task<Worker> StartAsync(Uri broker, string queue, Func<BasicDeliverEventArgs, Answer[]> answer, ushort prefetch = 5)
        {
            var connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token);
            var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            var worker = new Worker(connection, channel, queue);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
            await channel.BasicQosAsync(0, prefetch, global: false, Token);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                worker.Taken.Add(delivery.BasicProperties.MessageId);
                var held = new BasicDeliverEventArgs(
                    delivery.ConsumerTag, delivery.DeliveryTag, delivery.Redelivered, delivery.Exchange, delivery.RoutingKey, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray());
                var answers = answer(held);
                foreach (var said in answers)
                {
                    await channel.BasicPublishAsync("", said.ReplyTo, mandatory: false, said.Properties, said.Body);
                }

                if (answers.Length > 0)
                {
                    await worker.AcknowledgeAsync(held);
                }
            };
            await channel.BasicConsumeAsync(queue, autoAck: false, consumer, Token);
            return worker;
        }

        /// <summary>Ends when so many jobs wait behind those that were taken.</summary>
        public async Task UntilWaitingAsync(uint jobs)
        {
            while ((await channel.QueueDeclarePassiveAsync(queue, Token)).MessageCount != jobs)
            {
                await Task.Delay(10, Token);
            }
        }

        public ValueTask AcknowledgeAsync(BasicDeliverEventArgs job) => channel.BasicAckAsync(job.DeliveryTag, multiple: false);

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Bus.Tests;

/// <summary>A robot declares the queue of its answers itself, and may do it so that the broker refuses them: nobody but this robot goes without.</summary>
public sealed class RefusedAnswersTests(RabbitMqBroker broker)
{
    private const int Patience = 60_000;
    private const string Careless = "arm-9";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Answers_that_their_queue_refuses_are_dropped_and_nobody_waits_for_them()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var world = await RobotWorld.OpenAsync(broker.Address!, UnreliableBus.Transport.Reliable);
        var answers = await world.ListenAsync();
        await using var connection = await new ConnectionFactory { Uri = world.Broker }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        var full = (await channel.QueueDeclareAsync(
            "", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" }, cancellationToken: Token)).QueueName;
        await channel.QueueBindAsync(full, world.Prefix + RobotRouting.Answers, RobotRouting.Answer(Careless), cancellationToken: Token);
        var registrar = new FaultyRegistrar(world.Registrar);
        await world.StartAsync(registrar);

        for (var k = 0; k < 10; k++)
        {
            await world.PublishOnceAsync(await world.UploadAsync($"{k}", Made.Scalars($"s{k}")) with { Robot = Careless });
        }

        await world.PublishOnceAsync(await world.UploadAsync("other", Made.Scalars("other")));

        (await world.AnswerAsync(answers)).ShouldSatisfyAllConditions(a => a.MessageId.ShouldBe("other"), a => a.Outcome.ShouldBe("accepted"));
        world.Standing.LastError.ShouldBeNull("the link did not break");
        registrar.Calls.ShouldBeLessThanOrEqualTo(11, "nothing was delivered again");
        (await channel.MessageCountAsync(full, Token)).ShouldBe(1u);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(11);
        (await world.CountAsync(world.Queue)).ShouldBe(0u);
        (await world.DeadAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_refused_is_told_at_once_and_then_once_a_minute_with_how_many_it_was()
    {
        var (time, said) = (new MovedTime(), new Said());
        var refused = new RefusedAnswers(time, said);

        for (var k = 0; k < 40; k++)
        {
            refused.Add(Careless);
        }

        said.Lines.ShouldHaveSingleItem().ShouldStartWith("1 answers were refused by the broker and dropped, the last one to robot 'arm-9': its queue 'answer.arm-9' takes no more");
        time.Move(TimeSpan.FromMinutes(1));
        refused.Add("arm-8");
        said.Lines.Count.ShouldBe(2);
        said.Lines[1].ShouldStartWith("40 answers were refused by the broker and dropped, the last one to robot 'arm-8'");
    }

    /// <summary>The client's own text names a type, which helps nobody.</summary>
    [Fact]
    public void A_link_that_ends_with_a_refusal_says_so_in_words() =>
        (BrokerFailures.ReasonOf(new PublishException(7, isReturn: false)), BrokerFailures.ReasonOf(new PublishException(7, isReturn: true))).ShouldBe((
            "the broker refused a message (basic.nack): the queue it goes to takes no more, or is away", "the broker returned a message: the queue it goes to is not there"));

    private sealed class Said : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}

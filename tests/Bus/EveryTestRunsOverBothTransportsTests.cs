using System.Reflection;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>Whoever adds a test of messages here has it run twice: over a transport that does as it is told, and over one that loses, doubles and reorders a tenth.</summary>
public sealed class EveryTestRunsOverBothTransportsTests
{
    /// <summary>Test classes none of whose messages could meet another fate, each with why.</summary>
    private static readonly Dictionary<Type, string> Exempt = new()
    {
        [typeof(EveryTestRunsOverBothTransportsTests)] = "sends nothing",
        [typeof(UnreliablePublisherTests)] = "is about the unreliable transport itself",
        [typeof(FileRelayCheckpointTests)] = "sends nothing: a file",
        [typeof(LeasedRelayTests)] = "sends nothing: the lease alone; relays that hand over are RelayHandoverTests",
        [typeof(BrokerWatchTests)] = "sends nothing: whether a broker answers",
        [typeof(StoppingTests)] = "the test itself holds the one message, or sends none",
        [typeof(TraceContextTests)] = "the header of one message, which is published by hand past the relay",
        [typeof(DeadLetterBoxTests)] = "what lies there has met its fate; the test lays it there itself",
        [typeof(ForeignPropertiesTests)] = "the properties of single messages, which no honest robot sets, published by hand",
        [typeof(RobotInboxTests)] = "sends nothing: what a client hands over",
        [typeof(RefusedAnswersTests)] = "a queue that refuses, and what is said of it",
        [typeof(PublishingPageTests)] = "sends nothing that is delivered: what the broker refuses, and the text of a page",
        [typeof(DeriverQueuesTests)] = "questions and answers, whose loss the one who asked sees by himself: he asks again, or has failed",
        [typeof(RabbitMqBusTests)] = "kinds of queues, and messages of strangers, which pass neither the relay nor the transport below it",
    };

    public static TheoryData<Type> Classes =>
        [.. typeof(EveryTestRunsOverBothTransportsTests).Assembly.GetTypes().SelectMany(t => t.GetMethods()).Where(IsTest).Select(m => m.DeclaringType!).Distinct()];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Every_test_of_messages_runs_over_both_transports(Type tests)
    {
        var over = tests.Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(tests)).Select(t => t.GetCustomAttribute<OverAttribute>()?.Transport);

        if (!Exempt.ContainsKey(tests))
        {
            over.Distinct().ShouldBe([Transport.Reliable, Transport.Unreliable], ignoreOrder: true, $"make {tests.Name} abstract and derive a class with [Over(…)] for each transport, or say in {nameof(Exempt)} why none of its messages passes one");
        }
    }

    [Fact]
    public void Nothing_is_exempt_that_is_not_there() => Exempt.Keys.Except(Classes.Select(c => c.Data)).ShouldBeEmpty();

    private static bool IsTest(MethodInfo method) => method.GetCustomAttributes().Any(a => a is FactAttribute);
}

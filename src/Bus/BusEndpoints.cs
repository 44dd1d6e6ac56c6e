using System.Text.Json;
using MassTransit;

namespace Strata.Bus;

/// <summary>What both transports share: names, JSON, the receiving endpoint with its retries and dead letters.</summary>
internal static class BusEndpoints
{
    /// <summary>A handler only wakes workers and is quick: enough in flight to hide the broker's latency, little enough to keep memory flat.</summary>
    private const int Prefetch = 64;

    private const int ConcurrentMessages = 16;

    /// <summary>A message that kills its process is delivered this often, then it lies in the dead letter queue.</summary>
    private const int DeliveryLimit = 5;

    private static readonly TimeSpan[] Retries = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];

    /// <summary>
    /// The body is the message itself, without an envelope: any language can read and write it. What a receiver takes for what is decided by the
    /// exchange to which its queue is bound, not by a type name in the message: one endpoint receives one kind of message.
    /// </summary>
    public static void ConfigureShape(IBusFactoryConfigurator bus, string prefix)
    {
        bus.UseFilter(new TraceContextFilter());
        bus.MessageTopology.SetEntityNameFormatter(new BusNames.Formatter(prefix));
        bus.UseRawJsonSerializer(RawSerializerOptions.AnyMessageType | RawSerializerOptions.CopyHeaders, isDefault: true);
        bus.ConfigureJsonSerializerOptions(options =>
        {
            options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.WriteIndented = false;
            return options;
        });
    }

    public static void ConfigureEvaluate(IReceiveEndpointConfigurator endpoint, IRegistrationContext context, string queue)
    {
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = ConcurrentMessages;
        endpoint.PublishFaults = false;
        endpoint.UseMessageRetry(retry =>
        {
            retry.Intervals(Retries);
            retry.Ignore<MessageRefusedException>();
        });

        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
            rabbit.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            rabbit.BindDeadLetterQueue(queue + BusNames.DeadSuffix);
        }

        endpoint.ConfigureConsumer<EvaluateSegmentConsumer>(context);
    }
}

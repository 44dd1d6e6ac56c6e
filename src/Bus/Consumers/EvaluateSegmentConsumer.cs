using MassTransit;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>Hands a wake-up to the room that knows what to do with it.</summary>
internal sealed class EvaluateSegmentConsumer(IHandle<EvaluateSegment> handler) : IConsumer<EvaluateSegment>
{
    public Task Consume(ConsumeContext<EvaluateSegment> context)
    {
        var message = context.Message;
        // Any JSON object deserializes, with what it lacks left empty: a stranger's message must not pass as a wake-up for nothing.
        if (string.IsNullOrEmpty(message.Dataset) || string.IsNullOrEmpty(message.Segment))
        {
            throw new MessageRefusedException(
                $"{BusNames.Evaluate}: expected {{\"dataset\":…,\"segment\":…,\"position\":…}}, found dataset '{message.Dataset}' and segment '{message.Segment}'");
        }

        return handler.HandleAsync(message, context.CancellationToken);
    }
}

/// <summary>The message is not what its exchange carries; trying again would not help.</summary>
internal sealed class MessageRefusedException(string message) : Exception(message);

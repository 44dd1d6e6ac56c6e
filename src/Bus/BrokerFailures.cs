using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Strata.Bus;

/// <summary>Why there is no connection with the broker, in its client's shortest words.</summary>
internal static class BrokerFailures
{
    /// <summary>The outer ones only say that there is one below them.</summary>
    public static string ReasonOf(Exception failure) => failure switch
    {
        PublishException { IsReturn: true } => "the broker returned a message: the queue it goes to is not there",
        PublishException => "the broker refused a message (basic.nack): the queue it goes to takes no more, or is away",
        { InnerException: { } inner } => ReasonOf(inner),
        _ => failure.Message.TrimEnd('.'),
    };

    public static string ReasonOf(ShutdownEventArgs shutdown) => shutdown.Exception is { } failure ? ReasonOf(failure) : shutdown.ReplyText.TrimEnd('.');
}

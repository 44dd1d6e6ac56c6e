using RabbitMQ.Client.Events;

namespace Strata.Bus;

/// <summary>Why there is no connection with the broker, in its client's shortest words.</summary>
internal static class BrokerFailures
{
    /// <summary>The outer ones only say that there is one below them.</summary>
    public static string ReasonOf(Exception failure) => failure.InnerException is { } inner ? ReasonOf(inner) : failure.Message.TrimEnd('.');

    public static string ReasonOf(ShutdownEventArgs shutdown) => shutdown.Exception is { } failure ? ReasonOf(failure) : shutdown.ReplyText.TrimEnd('.');
}

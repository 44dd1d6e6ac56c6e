using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace Strata.Publishing;

/// <summary>Failures of the way to the broker, in words without its password.</summary>
internal static class BrokerFailures
{
    private const ushort AccessRefused = 403;
    private const ushort NotFound = 404;
    private const ushort PreconditionFailed = 406;

    /// <summary>Not a refusal of a single message.</summary>
    public static bool Is(Exception e) => e is RabbitMQClientException and not PublishException { IsReturn: true } or IOException or SocketException or TimeoutException or ObjectDisposedException;

    public static LinkDownException Explain(Uri broker, string user, Exception e) => new($"the broker {Shown(broker)}: {Words(user, e)}", e);

    public static string Shown(Uri broker) => broker.IsDefaultPort || broker.Port < 0 ? broker.Host : $"{broker.Host}:{broker.Port}";

    public static bool IsRefused(Exception e) => e is OperationInterruptedException { ShutdownReason.ReplyCode: AccessRefused };

    public static bool IsAbsent(Exception e) => e is OperationInterruptedException { ShutdownReason.ReplyCode: NotFound };

    private static string Words(string user, Exception e) => e switch
    {
        AuthenticationFailureException => $"it does not let the user '{user}' in: name and password stand in --broker amqp://USER:PASSWORD@HOST",
        OperationInterruptedException { ShutdownReason: { ReplyCode: AccessRefused } reason } => $"the user '{user}' may not do that: {reason.ReplyText}",
        OperationInterruptedException { ShutdownReason: { ReplyCode: NotFound } reason } => $"{reason.ReplyText}: strata serve with this broker makes it when it starts",
        OperationInterruptedException { ShutdownReason: { ReplyCode: PreconditionFailed } reason } => $"it does not take the message: {reason.ReplyText}",
        PublishException => "it did not take the message",
        _ => e.InnerException is { } inner ? Words(user, inner) : e.Message,
    };
}

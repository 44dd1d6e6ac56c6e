using System.Collections.Immutable;
using Strata.Registrar;

namespace Strata.Bus;

/// <param name="Broker">Address of a broker (<c>amqp://user:password@host:port/vhost</c>).</param>
/// <param name="Prefix">As <see cref="BusOptions.Prefix"/>.</param>
/// <param name="Gateways">Broker users that may speak for every robot, besides the server's own.</param>
public sealed record RobotEndpointOptions(Uri Broker, string Prefix, ImmutableHashSet<string> Gateways)
{
    /// <summary>The broker's name for this server; a broker that is asked without one takes <c>guest</c>.</summary>
    public string OwnUser { get; } = Broker.UserInfo.Split(':')[0] is { Length: > 0 } user ? Uri.UnescapeDataString(user) : "guest";

    /// <summary>Waits between two attempts, each twice as long as the one before, up to this.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>While the log or the store cannot be written, messages are held this long, well below the half hour after which brokers take unacknowledged ones back.</summary>
    public TimeSpan HoldAtMost { get; init; } = TimeSpan.FromMinutes(10);

    /// <param name="userId">The message's AMQP property, which the broker checks against the connection; null: it has none.</param>
    /// <param name="forwardedFor">Who sent it first, as the server itself noted when it laid the message aside.</param>
    public RobotSender SenderOf(string? userId, string? forwardedFor)
    {
        var name = userId == OwnUser && forwardedFor is not null ? forwardedFor : userId;
        name = name is { Length: > 0 } ? name : null;
        return new(name, name is not null && (name == OwnUser || Gateways.Contains(name)));
    }
}

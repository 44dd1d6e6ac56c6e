using MassTransit;

namespace Strata.Bus;

/// <summary>Whether this process is connected with its broker now.</summary>
public sealed class BrokerStanding(IBusControl bus, Uri broker)
{
    /// <summary>Host and port: what stands before them may be a password.</summary>
    public string Address { get; } = $"{broker.Host}:{broker.Port}";

    public bool IsConnected => bus.CheckHealth().Status == BusHealthStatus.Healthy;
}

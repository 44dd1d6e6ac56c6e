using Strata.Bus;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Messages only wake workers: a broker that is away makes a server slower and robots wait, and stops nothing.</summary>
internal sealed class BrokerHealth(BrokerStanding broker) : IPartHealth
{
    public string Name => "broker";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(broker.IsConnected
        ? PartFinding.Ok
        : PartFinding.Degraded(
            $"the broker at {broker.Address} does not answer: registering and deriving go on without messages, a little later; robots' messages wait in their spools",
            "start the broker, or see why it cannot be reached; Strata goes on by itself when it is back"));
}

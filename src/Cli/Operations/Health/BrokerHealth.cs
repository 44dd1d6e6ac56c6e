using System.Globalization;
using Strata.Bus;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Messages only wake workers: a broker that is away makes a server slower and robots wait, and stops nothing.</summary>
/// <param name="relay">Null where this process publishes nothing of the log.</param>
internal sealed class BrokerHealth(BrokerStanding broker, RelayProgress? relay) : IPartHealth
{
    public string Name => "broker";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(broker.IsConnected
        ? PartFinding.Ok
        : PartFinding.Degraded(
            $"the broker at {broker.Address} does not answer since {Cells.Second(broker.Since)}{(broker.Reason is { } reason ? $" ({reason})" : "")}: "
            + $"registering and deriving go on without messages, a little later; robots' messages wait in their spools{Backlog()}",
            "start the broker, or see why it cannot be reached; Strata goes on by itself when it is back"));

    private string Backlog() => relay?.Backlog is > 0 and var events ? string.Create(CultureInfo.InvariantCulture, $"; {events:N0} events wait to be published") : "";
}

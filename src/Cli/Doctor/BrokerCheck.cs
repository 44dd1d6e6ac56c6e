using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.Bus;

namespace Strata.Cli;

/// <summary>The broker: reachable, of which version, as whom, and what lies in its queues.</summary>
internal sealed class BrokerCheck(Uri? broker, string prefix, bool isServed) : IDoctorCheck
{
    public string Name => "broker";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (broker is null)
        {
            yield return DoctorLine.Ok(Name, "none is named: messages stay in the server's process, and robots publish over HTTP");
            yield break;
        }

        var (found, away) = await FindAsync(broker, cancellationToken);
        if (found is null)
        {
            yield return DoctorLine.Problem(Name, away!, "start the broker, or see why it cannot be reached; registering and deriving go on meanwhile, robots' messages wait in their spools");
            yield break;
        }

        yield return DoctorLine.Ok(Name, $"{found.Server} at {broker.Host}:{broker.Port} as user '{found.User}'");
        foreach (var queue in found.Queues)
        {
            yield return LineOf(queue);
        }
    }

    private async Task<(BrokerCheckup? Found, string? Away)> FindAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return (await BrokerCheckup.LookAsync(address, prefix, cancellationToken), null);
        }
        catch (BrokerAwayException e)
        {
            return (null, e.Message);
        }
    }

    private DoctorLine LineOf(QueueCheckup queue)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"queue {queue.Queue}: {queue.Messages:N0} messages, {queue.Consumers:N0} consumers");
        return queue switch
        {
            { Messages: null } => DoctorLine.Ok(Name, $"queue {queue.Queue}: not there yet"),
            { IsDead: true, Messages: > 0 } => DoctorLine.Warning(Name, string.Create(CultureInfo.InvariantCulture, $"{queue.Messages:N0} dead letters in {queue.Queue}"), "look at them and send them again: strata dead-letter list"),
            { IsDead: false, Consumers: 0, Messages: > 0 } when isServed => DoctorLine.Warning(Name, $"{words}: nobody takes them", "start a server with the role that does: strata serve"),
            _ => DoctorLine.Ok(Name, words),
        };
    }
}

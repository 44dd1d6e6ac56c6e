using System.Globalization;
using Strata.Bus;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Whether robots' messages are taken from the broker. While they are not they wait there, or in spools: the rest of the server goes on.</summary>
internal sealed class RobotsHealth(RobotStanding standing) : IPartHealth
{
    public string Name => "robots";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken)
    {
        var endpoints = standing.Endpoints;
        if (endpoints.FirstOrDefault(e => !e.IsConnected) is { } away)
        {
            return Task.FromResult(PartFinding.Degraded(
                $"no messages of robots are taken from '{away.Queue}' at {standing.Address} since {Time(away.Since)}{(away.LastError is { } reason ? $": {reason}" : "")}; they wait at the broker and in spools",
                "start the broker, or see why it cannot be reached or refuses this user; messages are taken by themselves when it is back"));
        }

        if (endpoints.FirstOrDefault(e => e.HeldSince is not null) is { } held)
        {
            return Task.FromResult(PartFinding.Degraded(
                $"messages of robots from '{held.Queue}' are held since {Time(held.HeldSince!.Value)}: {held.LastError}", "see to the log and the store; the messages are settled by themselves then, and none is lost"));
        }

        var words = string.Join("; ", endpoints.Select(e => $"'{e.Queue}' is taken since {Time(e.Since)}{(e.LastErrorAt is { } at ? $", last trouble {Time(at)}: {e.LastError}" : "")}"));
        return Task.FromResult(PartFinding.Ok with { Words = words });
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

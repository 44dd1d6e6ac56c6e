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
        if (endpoints.Where(e => !e.IsConnected).ToList() is { Count: > 0 } away)
        {
            var queues = string.Join(" and ", away.Select(e => $"'{e.Queue}'"));
            var reasons = string.Join("; ", away.Select(e => e.LastError).OfType<string>().Distinct(StringComparer.Ordinal));
            return Task.FromResult(PartFinding.Degraded(
                $"no messages of robots are taken from {queues} at {standing.Address} since {Cells.Second(away.Min(e => e.Since))}{(reasons.Length > 0 ? $": {reasons}" : "")}; they wait at the broker and in spools",
                "start the broker, or see why it cannot be reached or refuses this user; messages are taken by themselves when it is back"));
        }

        if (endpoints.FirstOrDefault(e => e.HeldSince is not null) is { } held)
        {
            return Task.FromResult(PartFinding.Degraded(
                $"messages of robots from '{held.Queue}' are held since {Cells.Second(held.HeldSince!.Value)}: {held.LastError}", "see to the log and the store; the messages are settled by themselves then, and none is lost"));
        }

        var words = string.Join("; ", endpoints.Select(e => $"'{e.Queue}' is taken since {Cells.Second(e.Since)}{(e.LastErrorAt is { } at ? $", last trouble {Cells.Second(at)}: {e.LastError}" : "")}"));
        return Task.FromResult(PartFinding.Ok with { Words = words });
    }
}

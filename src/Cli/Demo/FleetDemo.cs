using Strata.Web;

namespace Strata.Cli;

/// <summary><c>./demo --fleet</c>: twenty simulated arms publish for some seconds, and what a fleet operator sees of it.</summary>
internal sealed class FleetDemo(IOperations operations, DemoPage page, CommandContext context)
{
    private static readonly SimulationOptions Options = new(
        "fleet", Robots: 20, Rate: 1, TimeSpan.FromSeconds(12), Seed: 1, Broken: 0.02, Duplicates: 0.05, BadlyTuned: 0.2);

    public async Task RunAsync(string url, CancellationToken cancellationToken)
    {
        page.Title("twenty simulated arms; some are badly tuned, some recordings are cut off, some come twice", url);
        page.Words("each bar is a recording: how far the arm was from its commands; green: good, red: bad, ×: in quarantine");
        var way = await SimulatedWay.FindAsync(context.Data, context.Settings, named: null, isInProcess: false, cancellationToken);
        page.Words(way.Words);
        var summary = await SimulatedFleet.RunAsync(operations, Options, way, context.Settings, context.Terminal, isDrawn: true, cancellationToken);
        page.Words(FleetSimulateCommand.Words(summary));

        var fleet = await operations.RunAsync(ReadFleetOperation.Route, new ReadFleetRequest(), NoProgress.Instance, cancellationToken);
        var troubled = fleet.Robots.Where(r => r.Bad > r.Good || r.Quarantined > 0).ToArray();
        page.Section("Robots that need a person (strata fleet)");
        context.Terminal.OutConsole.Write(FleetTable.Of(fleet with { Robots = troubled }, shortened: false));
        page.Words(FleetTable.Summary(fleet));

        var bad = Options.MakeRobots().First(r => !r.Tuning.IsGood).Name;
        page.Next(
            "fleet",
            $"segments {Options.Dataset} --where property:controller:robot={bad}",
            "quarantine list",
            "rebuild --verify");
    }
}

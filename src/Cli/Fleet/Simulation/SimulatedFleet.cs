using Strata.Web;

namespace Strata.Cli;

/// <summary>A whole simulation with its board.</summary>
internal static class SimulatedFleet
{
    /// <param name="settings">A server that asks for tokens opens only what lies below its roots: where there are any, the arms record into the first.</param>
    /// <param name="terminal">Where it is told what is in the way.</param>
    /// <param name="isDrawn">Whether the robots are shown at work.</param>
    public static async Task<SimulationSummary> RunAsync(
        IOperations operations, SimulationOptions options, SimulatedWay way, HostSettings settings, Terminal terminal, bool isDrawn, CancellationToken cancellationToken)
    {
        var folder = FolderFor(settings);
        var tell = ToldOnce(terminal);
        if (way.IsServed)
        {
            operations = new PatientOperations(operations, tell, TimeProvider.System);
        }

        try
        {
            if (way.Spools is { } addresses)
            {
                await using var spools = new PublishFromSpools(operations, options.Dataset, folder.FullName, addresses, tell);
                return await RunAsync(spools);
            }

            return await RunAsync(new PublishByRequest(operations, options.Dataset, folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<SimulationSummary> RunAsync(IPublishSimulated publisher)
        {
            var simulation = new FleetSimulation(options, publisher, TimeProvider.System);
            var summary = isDrawn ? await new SimulationBoard(simulation, terminal).RunAsync(cancellationToken) : await simulation.RunAsync(cancellationToken);
            return summary with { PublishedOver = way.Name };
        }
    }

    /// <summary>What one robot waits for, the others wait for too.</summary>
    private static Action<string> ToldOnce(Terminal terminal)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        return reason =>
        {
            lock (told)
            {
                if (told.Add(reason))
                {
                    terminal.Error.WriteLine($"waiting: {reason.ReplaceLineEndings(" ")}");
                }
            }
        };
    }

    /// <summary>Not below a folder whose recordings are referenced where they lie: these are gone at the end.</summary>
    private static DirectoryInfo FolderFor(HostSettings settings) =>
        settings.Roots.FirstOrDefault(root => !settings.ReferenceRoots.Any(kept => (root + Path.DirectorySeparatorChar).StartsWith(kept + Path.DirectorySeparatorChar, StringComparison.Ordinal))) is { } root
            ? Directory.CreateDirectory(Path.Combine(root, $"strata-fleet-{Guid.NewGuid():N}"))
            : Directory.CreateTempSubdirectory("strata-fleet-");
}

using Strata.Web;

namespace Strata.Cli;

/// <summary>A whole simulation with its board.</summary>
internal static class SimulatedFleet
{
    /// <param name="settings">A server that asks for tokens opens only what lies below its roots: where there are any, the arms record into the first.</param>
    /// <param name="terminal">Where it is shown; null: nowhere.</param>
    public static async Task<SimulationSummary> RunAsync(IOperations operations, SimulationOptions options, HostSettings settings, Terminal? terminal, CancellationToken cancellationToken)
    {
        var folder = FolderFor(settings);
        try
        {
            var simulation = new FleetSimulation(options, new PublishByRequest(operations, options.Dataset, folder.FullName), TimeProvider.System);
            return terminal is null ? await simulation.RunAsync(cancellationToken) : await new SimulationBoard(simulation, terminal).RunAsync(cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Not below a folder whose recordings are referenced where they lie: these are gone at the end.</summary>
    private static DirectoryInfo FolderFor(HostSettings settings) =>
        settings.Roots.FirstOrDefault(root => !settings.ReferenceRoots.Any(kept => (root + Path.DirectorySeparatorChar).StartsWith(kept + Path.DirectorySeparatorChar, StringComparison.Ordinal))) is { } root
            ? Directory.CreateDirectory(Path.Combine(root, $"strata-fleet-{Guid.NewGuid():N}"))
            : Directory.CreateTempSubdirectory("strata-fleet-");
}

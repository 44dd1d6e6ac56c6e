using Strata.Web;

namespace Strata.Cli;

/// <summary>A whole simulation with its board.</summary>
internal static class SimulatedFleet
{
    /// <param name="terminal">Where it is shown; null: nowhere.</param>
    public static async Task<SimulationSummary> RunAsync(IOperations operations, SimulationOptions options, Terminal? terminal, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("strata-fleet-");
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
}

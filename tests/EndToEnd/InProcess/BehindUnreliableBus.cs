using Strata.Bus;
using Strata.Cli;
using Strata.DerivationWorkers;
using Strata.Servers;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>Strata in the test's process whose workers hear of work only from a short sweep and from a bus that does to its messages what the test says.</summary>
internal sealed record BehindUnreliableBus(StrataInProcess Strata, UnreliablePublisher Bus, ObservedReadModels Seen) : IAsyncDisposable
{
    /// <param name="database">Where its log lies; null: in the folder.</param>
    /// <param name="late">Lets through what workers came to; null: at once.</param>
    public static async Task<BehindUnreliableBus> StartAsync(string folder, Faults faults, int seed, PostgresDatabase? database = null, LateRegistrar.Gate? late = null)
    {
        (UnreliablePublisher? bus, ObservedReadModels? seen) = (null, null);
        var strata = await StrataInProcess.StartAsync(
            Roles.Worker,
            folder,
            services =>
            {
                services.Decorate<IPublishMessages>(real => bus = new UnreliablePublisher(real, faults, seed));
                services.Decorate<WorkerPorts>(ports => ports with
                {
                    ReadModels = seen = new ObservedReadModels(ports.ReadModels) { TellsNothing = true },
                    Registrar = late is null ? ports.Registrar : LateRegistrar.Around(ports.Registrar, late),
                });
            },
            settings: [("Strata:Workers:SweepEvery", "00:00:00.050"), .. database is null ? [] : new[] { ("Strata:EventStore:ConnectionString", database.PooledConnectionString) }]);
        return new(strata, bus!, seen!);
    }

    public ValueTask DisposeAsync() => Strata.DisposeAsync();
}

using Strata.Bus;
using Strata.DerivationWorkers;

namespace Strata.Cli;

/// <summary>What settings mean for the parts of which a fleet runs several.</summary>
internal static class FleetSettings
{
    public static BusOptions Bus(HostSettings settings, Roles roles, DataDirectory data)
    {
        // Others can only have a relay for the same messages where both the log and the broker are shared.
        var isShared = settings.RabbitMq is not null && settings.EventStoreConnection is not null;
        var options = new BusOptions(settings.RabbitMq, roles.HasFlag(Roles.Relay), roles.HasFlag(Roles.Workers), isShared ? null : data.RelayPosition) { Prefix = settings.BusPrefix };
        return settings.RelayLease is { } lease ? options with { RelayLease = lease } : options;
    }

    /// <summary>Work that is claimed and waits keeps other workers from it: this many for each that is computed are enough to share flushes from the start.</summary>
    private const int FirstItemsPerThread = 16;

    /// <summary>One name for all processes where the lock on the data directory says that the one before has ended: its lease need not lapse first.</summary>
    public static string LeaseOwner(HostSettings settings) =>
        settings.EventStoreConnection is null ? "the holder of strata.lock" : $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";

    /// <summary>Containers share machine names and process ids, and claims know their holder by its name alone.</summary>
    public static WorkerOptions Worker(HostSettings settings)
    {
        var options = new WorkerOptions($"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}");
        var parallelism = settings.Parallelism ?? options.Parallelism;
        return options with
        {
            FirstBatchItems = settings.EventStoreConnection is null ? options.FirstBatchItems : FirstItemsPerThread * parallelism,
            SweepEvery = settings.SweepEvery ?? options.SweepEvery,
            Lease = settings.ClaimLease ?? options.Lease,
            Parallelism = parallelism,
        };
    }
}

using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>What the driver of back-fills needs of the other rooms.</summary>
/// <param name="Owner">Names this process in the lease. Where only one process can work at a time it is one name for all, so that a restart need not wait for the lease to lapse.</param>
public sealed record BackfillPorts(IReadLog Log, IReadModels ReadModels, ILeases Leases, IBackfills Backfills, ISegmentConditions Conditions, string Owner);

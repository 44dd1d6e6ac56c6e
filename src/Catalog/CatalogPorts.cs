using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog;

/// <summary>The doors of other rooms that handlers go through.</summary>
public sealed record CatalogPorts(IEventStore Store, IReadModels ReadModels, IRecordingStore Recordings, IRegistrar Registrar, IStagedRecordings Staged, TimeProvider Clock);

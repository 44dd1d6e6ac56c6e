using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Contracts;

namespace Strata.Catalog;

/// <summary>
/// Rerun's catalog service: one file an RPC, in a folder a topic. An RPC without a file is answered UNIMPLEMENTED by the generated base.
/// Source: catalog-protocol §2.
/// </summary>
internal sealed partial class RerunCloudService(CatalogOptions options, CatalogPorts ports) : Protocol.RerunCloudService.RerunCloudServiceBase
{
    private readonly SystemEntry _systemEntry = new(ports.Store, ports.Clock);
    private readonly EntryWatch _entryWatch = new(ports.ReadModels);

    private CatalogPorts Ports { get; } = ports;

    /// <summary>Who is named in the log for what an SDK asks.</summary>
    private static EventSource SourceOf(ServerCallContext context) => new("sdk", context.RequestHeaders.GetValue("x-rerun-client-version"));
}

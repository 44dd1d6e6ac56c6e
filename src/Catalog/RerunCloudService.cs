using Microsoft.Extensions.Logging;

namespace Strata.Catalog;

/// <summary>
/// Rerun's catalog service: one file an RPC, in a folder a topic. An RPC without a file is answered UNIMPLEMENTED by the generated base.
/// Source: catalog-protocol §2.
/// </summary>
internal sealed partial class RerunCloudService(CatalogOptions options, CatalogPorts ports, ILogger<RerunCloudService> logger) : Protocol.RerunCloudService.RerunCloudServiceBase
{
    private CatalogPorts Ports { get; } = ports;
}

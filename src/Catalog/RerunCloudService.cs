using Grpc.Core;
using Microsoft.Extensions.Logging;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Transport;
using Strata.Catalog.Uploads;
using Strata.Contracts;

namespace Strata.Catalog;

/// <summary>
/// Rerun's catalog service: one file an RPC, in a folder a topic; those that are not served are together in <c>UnservedRpcs.cs</c>.
/// Source: catalog-protocol §2.
/// </summary>
[BindServiceMethod(typeof(RerunCloudService), nameof(Bind))]
internal sealed partial class RerunCloudService(CatalogOptions options, CatalogPorts ports, UploadTickets tickets, ILogger<RerunCloudService> logger) : Protocol.RerunCloudService.RerunCloudServiceBase
{
    private readonly SystemEntry _systemEntry = new(ports.Store, ports.Clock);
    private readonly EntryWatch _entryWatch = new(ports.ReadModels);

    private CatalogPorts Ports { get; } = ports;

    /// <summary>Who is named in the log for what an SDK asks: the token's subject, else the client program.</summary>
    private static EventSource SourceOf(ServerCallContext context) => new("sdk", context.Access().Subject ?? context.Header("x-rerun-client-version"));

    /// <summary>Found by the library through the attribute; it looks for handlers that override those of the parameter's type.</summary>
    public static void Bind(ServiceBinderBase binder, Protocol.RerunCloudService.RerunCloudServiceBase? service) => Protocol.RerunCloudService.BindService(new UndecodableMessages(binder), service!);
}

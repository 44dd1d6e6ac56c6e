using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>The first call of every client. Source: catalog-protocol §1.9, §11.2.</summary>
    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) => Task.FromResult(new WhoAmIResponse
    {
        CanRead = true,
        CanWrite = true,
        Capabilities = new ServerCapabilities { Capabilities = { options.Capabilities } },
    });
}

using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>The first call of every client. Source: catalog-protocol §1.9, §11.2.</summary>
    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context)
    {
        var access = context.Access();
        var answer = new WhoAmIResponse
        {
            CanRead = access.CanReadAny,
            CanWrite = access.CanWriteAny,
            Capabilities = new ServerCapabilities { Capabilities = { options.Capabilities } },
        };
        if (access.Subject is { } subject)
        {
            answer.UserId = subject;
        }

        return Task.FromResult(answer);
    }
}

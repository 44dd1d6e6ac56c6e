using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Protocol;
using Strata.Catalog.Uploads;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Time to begin the upload; one that has begun may take as long as it does.</summary>
    private static readonly TimeSpan GrantHolds = TimeSpan.FromMinutes(15);

    /// <summary>Lets a client send a file that this server cannot open where it lies. Source: catalog-protocol §11.6.</summary>
    public override Task<GetWriteAccessGrantResponse> GetWriteAccessGrant(GetWriteAccessGrantRequest request, ServerCallContext context)
    {
        Refuse(request);
        ObjectKey.Refuse(request.Key);
        if (request.HasSizeBytes && request.SizeBytes > (ulong)Ports.Staged.MaxBytes)
        {
            throw CatalogException.InvalidArgument(string.Create(
                CultureInfo.InvariantCulture, $"cannot issue write access grant: expected at most {Ports.Staged.MaxBytes} bytes, found {request.SizeBytes}; the server's operator can raise Strata__Uploads__MaxBytes"));
        }

        if (Ports.Staged.IsTaken(request.Key))
        {
            throw CatalogException.AlreadyExists("cannot issue write access grant: object already exists");
        }

        var expires = Ports.Clock.GetUtcNow() + GrantHolds;
        var ticket = new UploadTicket(request.Key, request.HasSizeBytes ? (long)request.SizeBytes : null, context.Access().Subject, expires);
        return Task.FromResult(new GetWriteAccessGrantResponse
        {
            StorageUrl = StagedUrl.Of(request.Key),
            Grant = new()
            {
                ExpiresAt = Timestamp.FromDateTimeOffset(expires),
                HttpRequest = new()
                {
                    Method = "PUT",
                    Url = StagingEndpoint.PathOf(tickets.Issue(ticket)),
                    Headers = { new HttpHeader { Name = "if-none-match", Value = "*" } },
                    SameOrigin = true,
                },
                Signing = UrlSigning.Signed,
            },
        });
    }

    private static void Refuse(GetWriteAccessGrantRequest request)
    {
        if (request.Location is not null)
        {
            throw new CatalogException(StatusCode.Unimplemented, "explicit storage locations are not supported");
        }

        if (request.SupportedUploadMethods.Count > 0 && !request.SupportedUploadMethods.Contains(UploadMethod.SingleRequest))
        {
            throw CatalogException.FailedPrecondition("this server only issues single-request grants");
        }

        if (request.Signing is not (UrlSigning.Unspecified or UrlSigning.Signed))
        {
            throw new CatalogException(StatusCode.Unimplemented, "unsigned upload requests are not implemented");
        }
    }
}

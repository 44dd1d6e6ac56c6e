using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Strata.Catalog.Transport;

/// <summary>gRPC's status in HTTP, for answers that no handler gives.</summary>
internal static class GrpcStatus
{
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string DetailsHeader = "grpc-status-details-bin";

    private const string ContentType = "application/grpc";

    /// <summary>gRPC or, before it is unwrapped, gRPC-Web.</summary>
    public static bool IsCall(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Trailers-only: HTTP 200, the status in the headers, no body.</summary>
    public static void Answer(HttpResponse response, StatusCode code, string message)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers[StatusHeader] = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (message.Length > 0)
        {
            response.Headers[MessageHeader] = Uri.EscapeDataString(message);
        }
    }
}

using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Strata.Catalog.Transport;

/// <summary>
/// Requests in a message encoding are refused: no client sends any, and what a few bytes unpack to is not bounded by the library.
/// Source: catalog-protocol §1.4, the text as recorded.
/// </summary>
internal static class CompressedRequests
{
    private const string Encoding = "grpc-encoding";
    private const string Identity = "identity";

    public static void RefuseCompressedRequests(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var encoding = context.Request.Headers[Encoding].ToString();
        if (encoding is "" or Identity || !GrpcStatus.IsCall(context.Request))
        {
            return next(context);
        }

        GrpcStatus.Answer(context.Response, StatusCode.Unimplemented, $"Content is compressed with `{encoding}` which isn't supported");
        return Task.CompletedTask;
    });
}

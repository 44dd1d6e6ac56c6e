using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strata.Catalog.Transport;

/// <summary>
/// gRPC-Web, and two things that Grpc.AspNetCore.Web does otherwise than clients need: the answer's content type names the format, and the status of a
/// call that failed before its first message is also in the body, since a page may not be let at the headers. Source: catalog-protocol §1.5, §1.6.
/// </summary>
internal static class GrpcWebStatus
{
    private const string ContentType = "application/grpc-web";
    private const string Format = "+proto";

    private static readonly object IsWeb = new();

    public static void UseGrpcWebWithStatus(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            if (context.Request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true)
            {
                context.Items[IsWeb] = IsWeb;
                context.Response.OnStarting(NameFormat, context.Response);
            }

            return next(context);
        });
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Items.ContainsKey(IsWeb) && !context.Response.HasStarted)
            {
                CopyToTrailers(context);
            }
        });
    }

    /// <summary>Runs after the library's own, which gives <c>application/grpc-web</c>.</summary>
    private static Task NameFormat(object response)
    {
        var answer = (HttpResponse)response;
        if (answer.ContentType is { } type && type.StartsWith(ContentType, StringComparison.Ordinal) && !type.Contains('+', StringComparison.Ordinal))
        {
            answer.ContentType = type + Format;
        }

        return Task.CompletedTask;
    }

    /// <summary>The library writes what is in the trailers as the body's last frame.</summary>
    private static void CopyToTrailers(HttpContext context)
    {
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        foreach (var name in (string[])[GrpcStatus.StatusHeader, GrpcStatus.MessageHeader])
        {
            if (context.Response.Headers.TryGetValue(name, out var value))
            {
                trailers?.Append(name, value);
            }
        }
    }
}

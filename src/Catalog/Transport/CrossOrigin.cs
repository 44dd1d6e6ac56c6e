using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Strata.Catalog.Transport;

/// <summary>Pages of other origins: allowed ones may ask and see a call's status, others may do nothing. Source: catalog-protocol §1.6, §1.7.</summary>
internal static class CrossOrigin
{
    private const string AskPrivateNetwork = "Access-Control-Request-Private-Network";
    private const string AllowPrivateNetwork = "Access-Control-Allow-Private-Network";

    /// <summary>Saves a preflight for each call; browsers cap it at two hours.</summary>
    private static readonly TimeSpan PreflightHolds = TimeSpan.FromHours(1);

    public static void AddCrossOrigin(this IServiceCollection services, TransportOptions options)
    {
        var origins = new Origins(options.AllowedOrigins);
        services.AddSingleton(origins);

        // Without the exposed ones a page cannot read the status of a call that failed before its first message.
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(origins.Allow)
            .AllowAnyHeader()
            .AllowAnyMethod()
            .AllowCredentials()
            .WithExposedHeaders([GrpcStatus.StatusHeader, GrpcStatus.MessageHeader, GrpcStatus.DetailsHeader, TraceIds.Header, .. options.AnswerHeaders.Keys])
            .SetPreflightMaxAge(PreflightHolds)));
    }

    public static void UseCrossOrigin(this IApplicationBuilder app)
    {
        var origins = app.ApplicationServices.GetRequiredService<Origins>();
        if (app.ApplicationServices.GetRequiredService<TransportOptions>().AllowedHosts is { } hosts)
        {
            app.Use((context, next) => OfHostAsync(context, next, hosts));
        }

        app.Use((context, next) => OfOriginAsync(context, next, origins));
        app.UseCors();
    }

    private static Task OfOriginAsync(HttpContext context, RequestDelegate next, Origins origins)
    {
        var origin = context.Request.Headers[HeaderNames.Origin].ToString();
        if (origin.Length == 0 || IsOwn(context.Request, origin))
        {
            return next(context);
        }

        if (!origins.Allow(origin))
        {
            // CORS alone would only hide the answer: a form of any page can post to a loopback address, and the work would be done.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync($"origin '{origin}' is not allowed here; the server's configuration (Strata:Cors:Origins) says which ones are\n", context.RequestAborted);
        }

        if (context.Request.Headers[AskPrivateNetwork] == "true")
        {
            context.Response.Headers[AllowPrivateNetwork] = "true";
        }

        return next(context);
    }

    /// <summary>
    /// A page whose own name its owner points at this machine (DNS rebinding) is of the same origin for the browser. What it cannot change is the name that it was
    /// loaded under, which the browser sends.
    /// </summary>
    private static Task OfHostAsync(HttpContext context, RequestDelegate next, ImmutableArray<string> hosts)
    {
        var host = context.Request.Host.Host;
        if (host.Length == 0 || IsOfThisMachine(host) || hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            $"this server asks nobody for a token, so it is asked by names of this machine only (localhost, 127.0.0.1, [::1]), not as '{host}'; the server's configuration (Strata:Hosts) allows others\n",
            context.RequestAborted);
    }

    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}

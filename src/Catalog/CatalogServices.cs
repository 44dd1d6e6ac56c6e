using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Strata.Catalog.Access;
using Strata.Catalog.Tokens;
using Strata.Catalog.Transport;
using Strata.Catalog.Uploads;

namespace Strata.Catalog;

/// <summary>Rerun's catalog protocol in an ASP.NET Core host.</summary>
public static class CatalogServices
{
    /// <summary>A call may name a million recordings, at some 250 bytes each.</summary>
    private const int LargestMessageBytes = 256 << 20;

    /// <summary>The largest message alone, or some hundred ordinary large ones side by side.</summary>
    private const long UnfinishedMessagesBytes = 256 << 20;

    /// <summary>Rerun's web viewer, wherever it is served on this machine or from Rerun's site. Source: catalog-protocol §1.7.</summary>
    private static readonly ImmutableArray<string> UsualOrigins =
        ["*://localhost", "*://localhost:*", "*://127.0.0.1", "*://127.0.0.1:*", "*://rerun.io", "*://rerun.io:*"];

    /// <summary>Needs <see cref="CatalogPorts"/>' parts in the container.</summary>
    public static IServiceCollection AddStrataCatalog(this IServiceCollection services, CatalogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.AddSingleton<CatalogPorts>();
        services.AddSingleton<UploadTickets>();
        var transport = new TransportOptions
        {
            AllowedOrigins = [.. UsualOrigins, .. options.AllowedOrigins],
            AnswerHeaders = ImmutableDictionary<string, string>.Empty.Add("x-rerun-server-version", $"strata/{options.Version}"),
            AllowedHosts = options.AllowedHosts,
            LargestMessageBytes = LargestMessageBytes,
            UnfinishedMessagesBytes = UnfinishedMessagesBytes,
        };
        services.AddGrpcTransport<RerunCloudService>(transport, CatalogErrors.StatusOf);
        return services;
    }

    /// <summary>Before the gate of <see cref="TokenAuthentication.UseStrataTokens"/>: what it refuses is told as the transport tells everything.</summary>
    public static void UseStrataCatalog(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseGrpcTransport();
    }

    public static void MapStrataCatalog(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var version = app.Services.GetRequiredService<CatalogOptions>().Version;
        app.RequireRpcScopes();
        app.MapGrpcService<RerunCloudService>();
        app.MapStaging();

        // Clients ask for it after a failed connection, to tell a catalog from any other server.
        app.MapGet("/version", () => Results.Text($"strata {version}")).AllowAnonymous();
    }
}

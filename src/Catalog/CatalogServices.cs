using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Strata.Catalog;

/// <summary>Rerun's catalog protocol in an ASP.NET Core host.</summary>
public static class CatalogServices
{
    /// <summary>Needs <see cref="CatalogPorts"/>' parts in the container.</summary>
    public static IServiceCollection AddStrataCatalog(this IServiceCollection services, CatalogOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<CatalogPorts>();
        services.AddSingleton<RerunCloudService>();
        services.AddGrpc();
        return services;
    }

    public static WebApplication MapStrataCatalog(this WebApplication app)
    {
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<RerunCloudService>();
        return app;
    }
}

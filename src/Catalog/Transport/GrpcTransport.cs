using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Strata.Catalog.Transport;

/// <summary>gRPC and gRPC-Web for any generated service. Knows no Rerun.</summary>
internal static class GrpcTransport
{
    /// <param name="statusOf">The one place that gives exceptions their status.</param>
    public static void AddGrpcTransport<TService>(this IServiceCollection services, TransportOptions options, StatusOf statusOf)
        where TService : class
    {
        services.AddSingleton(options);
        services.AddSingleton(statusOf);
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<TService>();
        services.AddCrossOrigin(options);
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.LargestMessageBytes;
            grpc.MaxSendMessageSize = null;
            grpc.IgnoreUnknownServices = true;
            grpc.CompressionProviders = [];
            grpc.Interceptors.Add<ErrorInterceptor>();
        })
        .AddServiceOptions<TService>(grpc => grpc.IgnoreUnknownServices = true);
    }

    public static void UseGrpcTransport(this IApplicationBuilder app)
    {
        var headers = app.ApplicationServices.GetRequiredService<TransportOptions>().AnswerHeaders;
        app.UseTraceIds();
        app.Use((context, next) =>
        {
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            return next(context);
        });
        app.UseCrossOrigin();
        app.UseGrpcWebWithStatus();
        app.EndAtDeadlines();
        app.AnswerBrokenFrames();
        app.RefuseCompressedRequests();
        app.AnswerUnknownMethods();
    }
}

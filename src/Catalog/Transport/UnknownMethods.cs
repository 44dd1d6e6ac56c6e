using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Strata.Catalog.Transport;

/// <summary>
/// A gRPC call that nobody handles: UNIMPLEMENTED without a message and without a line in the log, since clients send some of them after every query
/// (their telemetry). Source: catalog-protocol §1.3.
/// </summary>
internal static class UnknownMethods
{
    public static void AnswerUnknownMethods(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint() is not null || !GrpcStatus.IsCall(context.Request))
        {
            return next(context);
        }

        GrpcStatus.Answer(context.Response, StatusCode.Unimplemented, "");
        return Task.CompletedTask;
    });
}

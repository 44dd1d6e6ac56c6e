using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Strata.Catalog.Transport;

/// <summary>
/// A body that is no sequence of gRPC frames: the library calls some of it an unknown failure of the handler, which never ran, and has words of its own for the
/// rest. INTERNAL says whose fault it is, and the words are those of Rerun's server.
/// </summary>
internal static class BrokenFrames
{
    /// <summary>Handlers' own failures have been given a status by <see cref="ErrorInterceptor"/>: UNKNOWN is only left where none of them ran.</summary>
    public static void AnswerBrokenFrames(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<TransportOptions>();
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        var budget = new MessageBudget(options.UnfinishedMessagesBytes);
        app.Use(async (context, next) =>
        {
            using var frames = Watch(context, budget, options.SilentRequestFor, clock);
            await next(context);
            if (context.Response.HasStarted)
            {
                return;
            }

            var status = context.Response.Headers[GrpcStatus.StatusHeader].ToString();
            if (status is "2" || frames is { Fault: not null, FaultStatus: not StatusCode.Internal } || (status is "13" && frames?.Fault is not null))
            {
                GrpcStatus.Answer(context.Response, frames?.FaultStatus ?? StatusCode.Internal, frames?.Fault ?? FrameFault.TooLong);
            }
        });
    }

    /// <summary>For streams of requests, where the handler is the one that meets the frame.</summary>
    public static IAsyncStreamReader<T> Guard<T>(IAsyncStreamReader<T> requests, ServerCallContext call) => new GuardedReader<T>(requests, call.GetHttpContext());

    private static RequestFrames? Watch(HttpContext context, MessageBudget budget, TimeSpan silentFor, TimeProvider clock)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not { Method.Type: var type })
        {
            return null;
        }

        // The server's own bound ends the whole connection, with every other call on it, and streams of requests may rest for hours.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        var frames = new RequestFrames(context.Request.BodyReader, type is MethodType.ClientStreaming or MethodType.DuplexStreaming, budget, silentFor, clock);
        context.Features.Set(frames);
        context.Features.Set<IRequestBodyPipeFeature>(new Body(frames));
        return frames;
    }

    private static string? FaultOf(HttpContext context) => context.Features.Get<RequestFrames>()?.Fault;

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class GuardedReader<T>(IAsyncStreamReader<T> inner, HttpContext context) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await inner.MoveNext(cancellationToken);
            }
            catch (Exception e) when (e is InvalidDataException || (e is IOException && !cancellationToken.IsCancellationRequested) || (e is RpcException && FaultOf(context) is not null))
            {
                throw new RpcException(new Status(context.Features.Get<RequestFrames>()?.FaultStatus ?? StatusCode.Internal, FaultOf(context) ?? FrameFault.TooLong, e));
            }
        }
    }
}

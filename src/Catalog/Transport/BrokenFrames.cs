using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strata.Catalog.Transport;

/// <summary>
/// A body that is no sequence of gRPC frames: the library calls some of it an unknown failure of the handler, which never ran, and has words of its own for the
/// rest. INTERNAL says whose fault it is, and the words are those of Rerun's server.
/// </summary>
internal static class BrokenFrames
{
    /// <summary>Handlers' own failures have been given a status by <see cref="ErrorInterceptor"/>: UNKNOWN is only left where none of them ran.</summary>
    public static void AnswerBrokenFrames(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        Watch(context);
        await next(context);
        if (context.Response.HasStarted)
        {
            return;
        }

        var status = context.Response.Headers[GrpcStatus.StatusHeader].ToString();
        if (status is "2" || (status is "13" && FaultOf(context) is not null))
        {
            GrpcStatus.Answer(context.Response, StatusCode.Internal, FaultOf(context) ?? FrameFault.TooLong);
        }
    });

    /// <summary>For streams of requests, where the handler is the one that meets the frame.</summary>
    public static IAsyncStreamReader<T> Guard<T>(IAsyncStreamReader<T> requests, ServerCallContext call) => new GuardedReader<T>(requests, call.GetHttpContext());

    private static void Watch(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method.Type: var type })
        {
            var frames = new RequestFrames(context.Request.BodyReader, type is MethodType.ClientStreaming or MethodType.DuplexStreaming);
            context.Features.Set(frames);
            context.Features.Set<IRequestBodyPipeFeature>(new Body(frames));
        }
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
                throw new RpcException(new Status(StatusCode.Internal, FaultOf(context) ?? FrameFault.TooLong, e));
            }
        }
    }
}

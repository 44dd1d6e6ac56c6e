using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Strata.Catalog.Transport;

/// <summary>
/// A body that is no sequence of gRPC frames (a flag other than 0 and 1, a length above 2 GiB): the library calls that an unknown failure of the
/// handler, which never ran. INTERNAL says whose fault it is.
/// </summary>
internal static class BrokenFrames
{
    private const string Message = "expected gRPC frames (flag 0, length, message), found a frame with another flag or a length above 2147483647";

    /// <summary>Handlers' own failures have been given a status by <see cref="ErrorInterceptor"/>: UNKNOWN is only left where none of them ran.</summary>
    public static void AnswerBrokenFrames(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (!context.Response.HasStarted && context.Response.Headers[GrpcStatus.StatusHeader] == "2")
        {
            GrpcStatus.Answer(context.Response, StatusCode.Internal, Message);
        }
    });

    /// <summary>For streams of requests, where the handler is the one that meets the frame.</summary>
    public static IAsyncStreamReader<T> Guard<T>(IAsyncStreamReader<T> requests) => new GuardedReader<T>(requests);

    private sealed class GuardedReader<T>(IAsyncStreamReader<T> inner) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await inner.MoveNext(cancellationToken);
            }
            catch (Exception e) when (e is InvalidDataException || (e is IOException && !cancellationToken.IsCancellationRequested))
            {
                throw new RpcException(new Status(StatusCode.Internal, Message, e));
            }
        }
    }
}

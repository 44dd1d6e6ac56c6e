using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Strata.Catalog.Transport;

/// <summary>The status of an exception that a handler may throw on purpose; null for one that nobody expected.</summary>
internal delegate Status? StatusOf(Exception exception);

/// <summary>
/// Gives every failure of a handler its status, once. What nobody expected is logged with its trace id and told without its details: they may name
/// things that the caller may not know.
/// </summary>
internal sealed class ErrorInterceptor(StatusOf statusOf, TimeProvider clock, ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(BrokenFrames.Guard(requestStream, context), context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            if (context.GetHttpContext().Features.Get<EarlyEnd>() is { } end)
            {
                using var call = end.Around(context);
                await continuation(request, call.Around(responseStream), call);
            }
            else
            {
                await continuation(request, responseStream, context);
            }
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(BrokenFrames.Guard(requestStream, context), responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        if (statusOf(exception) is { } expected)
        {
            return new(expected);
        }

        if (context.GetHttpContext().Features.Get<EarlyEnd>()?.Status is { } ended)
        {
            return new(ended);
        }

        if (context.CancellationToken.IsCancellationRequested)
        {
            // Nobody waits any more; a write to a connection that has gone fails in many ways.
            logger.LogDebug(exception, "{Method} ended: the caller went away or its time was up", context.Method);
            var isLate = context.Deadline <= clock.GetUtcNow().UtcDateTime;
            return new(isLate ? new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded") : new Status(StatusCode.Cancelled, "the call was cancelled"));
        }

        var trace = context.GetHttpContext().TraceIdentifier;
        logger.LogError(exception, "{Method} failed; trace id {TraceId}", context.Method, trace);
        var method = context.Method.Split('/')[^1];
        return new(new Status(StatusCode.Internal, $"{method} failed in a way that nobody expected; the server's log has it under trace id {trace}"));
    }
}

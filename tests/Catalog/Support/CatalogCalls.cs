using Google.Protobuf;
using Grpc.Core;

namespace Strata.Catalog.Tests;

/// <summary>Calls of the catalog service by name: the project has its server side only.</summary>
internal static class CatalogCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All messages of an answer.</summary>
    public static async Task<List<TResponse>> StreamAsync<TRequest, TResponse>(this ChannelBase channel, string method, TRequest request, Metadata? headers = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        using var call = channel.Stream<TRequest, TResponse>(method, request, headers, Token);
        var messages = new List<TResponse>();
        await foreach (var message in call.ResponseStream.ReadAllAsync(Token))
        {
            messages.Add(message);
        }

        return messages;
    }

    public static AsyncServerStreamingCall<TResponse> Stream<TRequest, TResponse>(
        this ChannelBase channel, string method, TRequest request, Metadata? headers, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(
            Method<TRequest, TResponse>(MethodType.ServerStreaming, method), null, new CallOptions(headers, cancellationToken: cancellationToken), request);

    public static async Task<TResponse> CallAsync<TRequest, TResponse>(this ChannelBase channel, string method, TRequest request, Metadata? headers = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        await channel.CreateCallInvoker().AsyncUnaryCall(Method<TRequest, TResponse>(MethodType.Unary, method), null, new CallOptions(headers, cancellationToken: Token), request);

    private static Method<TRequest, TResponse> Method<TRequest, TResponse>(MethodType type, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(type, "rerun.cloud.v1alpha1.RerunCloudService", name, Marshaller<TRequest>(), Marshaller<TResponse>());

    private static Marshaller<T> Marshaller<T>()
        where T : class, IMessage<T>, new() =>
        new(message => message.ToByteArray(), new MessageParser<T>(() => new T()).ParseFrom);
}

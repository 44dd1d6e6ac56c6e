using Google.Protobuf;
using Grpc.Core;

namespace Strata.Catalog.Tests;

/// <summary>The service's methods from the side of its clients.</summary>
internal static class CatalogMethods
{
    public static Method<TRequest, TResponse> Of<TRequest, TResponse>(MethodType type, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(type, "rerun.cloud.v1alpha1.RerunCloudService", name, Marshaller<TRequest>(), Marshaller<TResponse>());

    private static Marshaller<T> Marshaller<T>()
        where T : class, IMessage<T>, new() =>
        Marshallers.Create(message => message.ToByteArray(), new MessageParser<T>(() => new T()).ParseFrom);
}

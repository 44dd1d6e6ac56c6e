using Grpc.Core;

namespace Strata.Catalog.Transport;

internal static class CallHeaders
{
    /// <summary>
    /// A text header of the call; null where it is absent. Not from the library's metadata: that decodes every <c>-bin</c> header of the call, and one that is no
    /// base64, whoever it is meant for, would end it.
    /// </summary>
    public static string? Header(this ServerCallContext context, string name) =>
        context.GetHttpContext().Request.Headers.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
}

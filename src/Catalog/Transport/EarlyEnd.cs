using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Strata.Catalog.Transport;

/// <summary>
/// Ends a stream of answers with a status while its handler is at work. The handler sees a cancellation, and the client the status behind the last whole message:
/// a message that is on its way is completed, since Kestrel resets a stream whose write is cancelled, and with it the status would be lost.
/// </summary>
internal sealed class EarlyEnd : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Status _status;

    /// <param name="context">Of a call whose handler has not begun.</param>
    public EarlyEnd(HttpContext context) => context.Features.Set(this);

    /// <summary>Null until the call was ended.</summary>
    public Status? Status => _end.IsCancellationRequested ? _status : null;

    public void End(Status status)
    {
        _status = status;
        _end.Cancel();
    }

    /// <summary>The call as its handler is to see it.</summary>
    public EndableCall Around(ServerCallContext call) => new(call, _end.Token);

    public void Dispose() => _end.Dispose();
}

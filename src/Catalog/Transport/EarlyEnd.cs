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
    private int _isEnded;

    private EarlyEnd()
    {
    }

    /// <summary>Null until the call was ended.</summary>
    public Status? Status => _end.IsCancellationRequested ? _status : null;

    /// <summary>One a call, whoever may end it.</summary>
    /// <param name="context">Of a call whose handler has not begun.</param>
    public static EarlyEnd Of(HttpContext context)
    {
        if (context.Features.Get<EarlyEnd>() is { } found)
        {
            return found;
        }

        var made = new EarlyEnd();
        context.Features.Set(made);
        context.Response.RegisterForDispose(made);
        return made;
    }

    /// <summary>The first reason counts.</summary>
    public void End(Status status)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _status = status;
            _end.Cancel();
        }
    }

    /// <summary>The call as its handler is to see it.</summary>
    public EndableCall Around(ServerCallContext call) => new(call, _end.Token);

    public void Dispose() => _end.Dispose();
}

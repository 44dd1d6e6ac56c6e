using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tokens;

/// <summary>Ends a call when the token that opened it expires: a stream that may be open for days would outlive every right to it.</summary>
internal sealed class TokenExpiry : IAsyncDisposable
{
    /// <summary>Longer ones cannot be set; who expires later is looked at again.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    private readonly EarlyEnd _call;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _at;
    private readonly DateTimeOffset _lastUse;
    private readonly ITimer _timer;

    /// <param name="at">What the token says.</param>
    /// <param name="grace">How long after it a new call would still be let in.</param>
    public TokenExpiry(HttpContext call, DateTimeOffset at, TimeSpan grace, TimeProvider clock)
    {
        (_call, _clock, _at, _lastUse) = (EarlyEnd.Of(call), clock, at, at + grace);
        _timer = clock.CreateTimer(static self => ((TokenExpiry)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        var left = _lastUse - _clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left < LongestTimer ? left : LongestTimer, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _call.End(new Status(StatusCode.Unauthenticated, string.Create(
                CultureInfo.InvariantCulture, $"the token expired at {_at:yyyy-MM-dd HH:mm:ss}Z while the answer was under way; ask again with a new one ('strata token create')")));
        }
    }
}

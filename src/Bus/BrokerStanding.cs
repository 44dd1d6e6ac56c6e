using MassTransit;

namespace Strata.Bus;

/// <summary>Whether this process is connected with its broker now, since when it is as it is, and what is in the way.</summary>
/// <param name="broker">Host and port of it are shown; what stands before them may be a password.</param>
/// <param name="bus">Null where this process has none.</param>
public sealed class BrokerStanding(Uri broker, TimeProvider time, IBusControl? bus)
{
    private readonly Lock _lock = new();
    private Seen _seen = new(IsConnected: false, time.GetUtcNow(), Reason: null);

    public string Address { get; } = $"{broker.Host}:{broker.Port}";

    public bool IsConnected => Now.IsConnected && BusTrouble is null;

    public DateTimeOffset Since => Now.Since;

    /// <summary>Null where it is connected, or was not tried yet.</summary>
    public string? Reason => Now.Reason ?? BusTrouble;

    private Seen Now
    {
        get
        {
            lock (_lock)
            {
                return _seen;
            }
        }
    }

    /// <summary>A bus that only publishes is well whatever its broker does; one that receives may be refused its queue by a broker that answers.</summary>
    private string? BusTrouble => bus?.CheckHealth() is { Status: not BusHealthStatus.Healthy } trouble ? trouble.Description : null;

    /// <returns>Whether it was away before, and that was told.</returns>
    internal bool Connected()
    {
        lock (_lock)
        {
            var wasAway = _seen.Reason is not null;
            _seen = new(IsConnected: true, time.GetUtcNow(), Reason: null);
            return wasAway;
        }
    }

    /// <returns>Whether that is news.</returns>
    internal bool Away(string reason)
    {
        lock (_lock)
        {
            var isNews = _seen.Reason is null;
            _seen = new(IsConnected: false, isNews ? time.GetUtcNow() : _seen.Since, reason);
            return isNews;
        }
    }

    private sealed record Seen(bool IsConnected, DateTimeOffset Since, string? Reason);
}

using System.Collections.Concurrent;

namespace Strata.Bus;

/// <summary>How the endpoints of robots are: connected with the broker or not, since when, and what was in the way last.</summary>
/// <param name="broker">Host and port of it are shown; what stands before them may be a password.</param>
public sealed class RobotStanding(Uri broker, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, EndpointStanding> _endpoints = new(StringComparer.Ordinal);

    public string Address { get; } = $"{broker.Host}:{broker.Port}";

    /// <summary>Of each queue that this process takes, by name.</summary>
    public IReadOnlyList<EndpointStanding> Endpoints => [.. _endpoints.Values.OrderBy(e => e.Queue, StringComparer.Ordinal)];

    internal void Begins(string queue) => _endpoints[queue] = new(queue, IsConnected: false, time.GetUtcNow());

    internal void Connected(string queue) => Change(queue, e => e.IsConnected ? e : e with { IsConnected = true, Since = time.GetUtcNow() });

    internal void Away(string queue, string reason) =>
        Change(queue, e => e with { IsConnected = false, Since = e.IsConnected ? time.GetUtcNow() : e.Since, HeldSince = null, LastError = reason, LastErrorAt = time.GetUtcNow() });

    /// <summary>Messages wait in this process, since the log or the store cannot be written.</summary>
    internal void Holds(string queue, string reason) => Change(queue, e => e with { HeldSince = e.HeldSince ?? time.GetUtcNow(), LastError = reason, LastErrorAt = time.GetUtcNow() });

    internal void Settled(string queue) => Change(queue, e => e.HeldSince is null ? e : e with { HeldSince = null });

    private void Change(string queue, Func<EndpointStanding, EndpointStanding> change) =>
        _endpoints.AddOrUpdate(queue, _ => change(new(queue, IsConnected: false, time.GetUtcNow())), (_, endpoint) => change(endpoint));
}

/// <param name="Since">When it was connected, or lost its connection, last.</param>
public sealed record EndpointStanding(string Queue, bool IsConnected, DateTimeOffset Since)
{
    /// <summary>Since when messages are held that cannot be settled; null: none is.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Null: nothing went wrong since the process started.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }
}

using System.Text.Json.Nodes;

namespace Strata.Webhooks;

/// <summary>One thing that a hook is told.</summary>
/// <param name="Id">The same for each delivery of it: whoever gets it twice knows it.</param>
/// <param name="AtNs">When it happened, UTC nanoseconds: decides when it is given up.</param>
/// <param name="Position">In the log; null for what does not stand there.</param>
public sealed record WebhookMessage(string Id, string Topic, long AtNs, long? Position, JsonObject Data)
{
    /// <summary>The body, always the same bytes. Source: Standard Webhooks §Payload structure.</summary>
    public string ToJson() => new JsonObject
    {
        ["type"] = Topic,
        ["timestamp"] = DateTimeOffset.UnixEpoch.AddTicks(AtNs / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["data"] = Data.DeepClone(),
    }.ToJsonString();
}

/// <summary>A robot of which nothing was heard for longer than it may be silent.</summary>
public sealed record SilentRobot(string Robot, long LastSeenNs);

/// <summary>Who knows the robots' heartbeats tells which are silent now. They are operational state and stand in no log.</summary>
public interface IRobotSilence
{
    Task<IReadOnlyList<SilentRobot>> ReadAsync(CancellationToken cancellationToken);
}

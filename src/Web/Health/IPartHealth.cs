namespace Strata.Web;

/// <summary>One part of a process that <c>/health</c> tells of: the log, the broker, the disk. Whoever adds a part to the process adds this for it.</summary>
public interface IPartHealth
{
    string Name { get; }

    /// <summary>Looks now. What takes longer than <see cref="HealthWatch.LongestLook"/> is not waited for, and is told as such; so is what it throws.</summary>
    Task<PartFinding> LookAsync(CancellationToken cancellationToken);
}

/// <summary>Whether the process can do what it is there for.</summary>
public enum HealthStatus
{
    Ok,

    /// <summary>It serves, and somebody should look.</summary>
    Degraded,

    /// <summary>It does not serve: <c>/health</c> answers 503.</summary>
    Down,
}

/// <param name="Words">What is so, in words; null where all is well and nothing is to be told.</param>
/// <param name="Next">What to do about it; null where nothing is to be done.</param>
public sealed record PartFinding(HealthStatus Status, string? Words = null, string? Next = null)
{
    public static PartFinding Ok { get; } = new(HealthStatus.Ok);

    public static PartFinding Degraded(string words, string? next) => new(HealthStatus.Degraded, words, next);

    public static PartFinding Down(string words, string? next) => new(HealthStatus.Down, words, next);
}

namespace Strata.Recordings;

public sealed record UploadOptions
{
    /// <summary>An hour of a robot with raw pictures of several cameras; what is larger is more likely a mistake, and better cut into segments.</summary>
    public const long UsualMaxBytes = 64L << 30;

    public long MaxBytes { get; init; } = UsualMaxBytes;

    /// <summary>
    /// So long who wants to go on with a part waits for another request that still writes it: mostly their own one on a connection that is dead, which the server gives up
    /// after some seconds without a byte.
    /// </summary>
    public long WaitForOtherNs { get; init; } = 15_000_000_000;
}

namespace Strata.Projections;

/// <summary>Who folds, and for how long without a sign of life.</summary>
/// <param name="owner">
/// Names this holder of the lease. The next one of the same name takes it over at once: only for who knows that the one before has ended, such as the holder of the lock on
/// the data directory.
/// </param>
public sealed class RunnerOptions(string owner)
{
    public string Owner { get; } = owner;

    /// <summary>
    /// After a crash another process folds on after as much; a process that the machine holds up for less loses nothing. A third of it is how often the lease is written anew,
    /// and then only where there is something to fold.
    /// </summary>
    public const long UsualLeaseNs = 30_000_000_000;

    public long LeaseNs { get; init; } = UsualLeaseNs;

    internal TimeSpan Lease => TimeSpan.FromTicks(LeaseNs / TimeSpan.NanosecondsPerTick);
}

namespace Strata.DerivationWorkers;

/// <summary>A clock's UTC nanoseconds since 1970, as leases and due times are kept.</summary>
internal static class NowNs
{
    private const long NanosecondsPerTick = 100;

    public static long Of(TimeProvider time) => (time.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;
}

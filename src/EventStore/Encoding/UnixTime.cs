namespace Strata.EventStore;

/// <summary>UTC nanoseconds since 1970 and their ISO text in microseconds, as Marten's timestamp columns hold it.</summary>
internal static class UnixTime
{
    private const long NanosecondsPerTick = 100;

    public static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;

    public static TimeSpan Span(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);

    /// <summary>Saturates: a lease of <see cref="TimeSpan.MaxValue"/> lasts for ever and does not lie in the past.</summary>
    public static long After(long nowNs, TimeSpan duration)
    {
        var nanoseconds = (Int128)duration.Ticks * NanosecondsPerTick + nowNs;
        return nanoseconds >= long.MaxValue ? long.MaxValue : (long)nanoseconds;
    }

    /// <summary>Saturates: nothing was before all time.</summary>
    public static long Before(long nowNs, TimeSpan duration)
    {
        var nanoseconds = nowNs - ((Int128)duration.Ticks * NanosecondsPerTick);
        return nanoseconds <= long.MinValue ? long.MinValue : (long)nanoseconds;
    }

    /// <summary>To the tick of 100 ns.</summary>
    public static DateTime Utc(long nanoseconds) => DateTime.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    public static string Iso(long nanoseconds) =>
        Utc(nanoseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

namespace Strata.Bench;

/// <summary>Where things lie; <c>bench/run</c> says it by the environment.</summary>
internal static class Places
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("STRATA_BENCH_ROOT")
        ?? throw new InvalidOperationException("STRATA_BENCH_ROOT is not set: start this by bench/run");

    /// <summary>The program as <c>eng/package.sh</c> makes it for a server that stays.</summary>
    public static string Server => Path.Combine(Root, "bench", "Strata.Bench", "bin", "package", "strata");

    public static string PeerScripts => Path.Combine(Root, "bench", "peer");

    public static string Samples => Path.Combine(Root, "samples", "sample_5");

    /// <summary>Recordings made for measuring; kept between runs, since ten thousand take a while.</summary>
    public static string Recordings => Path.Combine(Path.GetTempPath(), "strata-bench-recordings");
}

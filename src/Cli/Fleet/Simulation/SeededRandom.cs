namespace Strata.Cli;

/// <summary>Random numbers that depend on what they are for and on nothing else: the same simulation again makes the same recordings.</summary>
internal static class SeededRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>A generator of its own for each list of numbers. <see cref="Random"/> with a seed gives the same sequence in every version of .NET.</summary>
    public static Random Of(params ReadOnlySpan<long> what) => new((int)(Mix(what) >> 33));

    /// <summary>SplitMix64 over the numbers.</summary>
    public static ulong Mix(params ReadOnlySpan<long> what)
    {
        var state = 0UL;
        foreach (var number in what)
        {
            state = unchecked((state ^ (ulong)number) + GoldenGamma);
            state = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9);
            state = unchecked((state ^ (state >> 27)) * 0x94D049BB133111EB);
            state ^= state >> 31;
        }

        return state;
    }

    public static double Between(this Random random, double low, double high) => low + (random.NextDouble() * (high - low));

    /// <summary>Of the normal distribution with deviation 1, by Box and Muller.</summary>
    public static double NextNormal(this Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

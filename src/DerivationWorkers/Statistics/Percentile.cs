namespace Strata.DerivationWorkers;

/// <summary>Percentiles by linear interpolation between the two neighbouring ranks, as numpy computes them.</summary>
internal static class Percentile
{
    /// <summary>Below this many values sorting is cheaper than counting.</summary>
    private const int SortBelow = 8192;

    private const int DigitBits = 16;
    private const int Digits = 1 << DigitBits;

    /// <param name="values">Finite and not negative (norms are); at least one. Their order does not matter.</param>
    /// <param name="fraction">0 … 1.</param>
    public static double Of(ReadOnlySpan<double> values, double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length, nameof(values));
        var rank = fraction * (values.Length - 1);
        var below = (int)Math.Floor(rank);
        var (low, high) = AtRanks(values, below, Math.Min(below + 1, values.Length - 1));
        return Between(low, high, rank - below);
    }

    // numpy interpolates from the nearer end, so that 1 gives exactly the upper value.
    private static double Between(double low, double high, double part)
    {
        var step = high - low;
        if (part >= 0.5)
        {
            var back = step * (1 - part);
            return high - back;
        }

        var forth = step * part;
        return low + forth;
    }

    private static (double Low, double High) AtRanks(ReadOnlySpan<double> values, int first, int second)
    {
        if (values.Length < SortBelow)
        {
            var sorted = values.ToArray();
            Array.Sort(sorted);
            return (sorted[first], sorted[second]);
        }

        var low = Select(values, first, out var upTo);
        // The next rank holds the same value when enough values are equal to it, else the smallest that is larger.
        return (low, second < upTo ? low : SmallestAbove(values, low));
    }

    /// <summary>Digit by digit from the top: bits of non-negative doubles order as the doubles do. Linear in time whatever the values are.</summary>
    /// <param name="upTo">How many values are not larger than the result.</param>
    private static double Select(ReadOnlySpan<double> values, int rank, out int upTo)
    {
        var counts = new int[Digits];
        ulong prefix = 0;
        var remaining = rank;
        for (var shift = 64 - DigitBits; shift >= 0; shift -= DigitBits)
        {
            Array.Clear(counts);
            foreach (var value in values)
            {
                var bits = BitConverter.DoubleToUInt64Bits(value);
                if (shift == 64 - DigitBits || bits >> (shift + DigitBits) == prefix)
                {
                    counts[(int)(bits >> shift) & (Digits - 1)]++;
                }
            }

            var digit = 0;
            while (remaining >= counts[digit])
            {
                remaining -= counts[digit++];
            }

            prefix = prefix << DigitBits | (uint)digit;
            if (shift == 0)
            {
                upTo = rank - remaining + counts[digit];
                return BitConverter.UInt64BitsToDouble(prefix);
            }
        }

        throw new System.Diagnostics.UnreachableException();
    }

    private static double SmallestAbove(ReadOnlySpan<double> values, double bound)
    {
        var smallest = double.PositiveInfinity;
        foreach (var value in values)
        {
            if (value > bound && value < smallest)
            {
                smallest = value;
            }
        }

        return smallest;
    }
}

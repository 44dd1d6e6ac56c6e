namespace Strata.DerivationWorkers;

/// <summary>
/// ln x by additions, multiplications and divisions alone. <see cref="Math.Log(double)"/> is the platform's, whose last digit differs between machines; these operations are exact to the
/// same bit everywhere. Source: IEEE 754 §5.4, DESIGN rule 7.
/// </summary>
internal static class NaturalLogarithm
{
    /// <summary>ln 2 in two parts: the first has so few digits that its product with any exponent is exact.</summary>
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    private const int MantissaBits = 52;
    private const int ExponentBias = 1023;
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>Terms of the series: with |s| ≤ 0.1716 the one after the last is below 2⁻⁵³ of the sum.</summary>
    private const int Terms = 11;

    /// <summary>x = m · 2ᵉ with m in [√½, √2); ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1) / (m + 1). Off by a few units in the last place.</summary>
    /// <param name="x">Above 0, finite and normal.</param>
    public static double Of(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        if (!double.IsNormal(x))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "expected a finite, normal number");
        }

        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> MantissaBits) - ExponentBias;
        var mantissa = BitConverter.Int64BitsToDouble((bits & ((1L << MantissaBits) - 1)) | ((long)ExponentBias << MantissaBits));
        if (mantissa >= Sqrt2)
        {
            mantissa /= 2;
            exponent++;
        }

        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var term = Terms; term > 0; term--)
        {
            var inner = 1.0 / (2 * term + 1) + sum;
            sum = square * inner;
        }

        var low = exponent * Ln2Low;
        var rest = 2 * s * sum;
        return exponent * Ln2High + (2 * s + (rest + low));
    }
}

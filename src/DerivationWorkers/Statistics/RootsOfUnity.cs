using System.Numerics;

namespace Strata.DerivationWorkers;

/// <summary>
/// e^(−2πi·k/n) for a power of two n, by square roots and multiplications alone: <see cref="Math.Sin"/> and <see cref="Math.Cos"/> are the platform's, whose last digit differs between
/// machines. Any root is a product of two out of small tables, so that the roots of a long signal take no room. Source: half-angle formulas; IEEE 754 §5.4, DESIGN rule 7.
/// </summary>
internal sealed class RootsOfUnity
{
    private readonly int _lowBits;
    private readonly long _mask;
    private readonly Complex[] _low;
    private readonly Complex[] _high;

    /// <param name="bits">n = 2^bits, at least 1.</param>
    public RootsOfUnity(int bits)
    {
        var generators = Generators(bits);
        _lowBits = bits / 2;
        _mask = (1L << bits) - 1;
        _low = Products(generators.AsSpan(0, _lowBits));
        _high = Products(generators.AsSpan(_lowBits));
    }

    /// <summary>e^(−2πi·k/n); k is taken modulo n.</summary>
    public Complex this[long k] => Multiply(_low[k & _mask & ((1L << _lowBits) - 1)], _high[(k & _mask) >> _lowBits]);

    /// <summary>Written out: the library's may differ between versions.</summary>
    public static Complex Multiply(Complex left, Complex right)
    {
        var a = left.Real * right.Real;
        var b = left.Imaginary * right.Imaginary;
        var c = left.Real * right.Imaginary;
        var d = left.Imaginary * right.Real;
        return new(a - b, c + d);
    }

    /// <summary>The roots of 2^0, 2^1, … as exponents of e^(−2πi/n): the last is −1, the one before it −i, each earlier one half the angle.</summary>
    private static Complex[] Generators(int bits)
    {
        var generators = new Complex[bits];
        var (cos, sin) = (-1.0, 0.0);
        for (var bit = bits - 1; bit >= 0; bit--)
        {
            generators[bit] = new(cos, -sin);
            (cos, sin) = cos < 0 ? (0.0, 1.0) : Half(cos, sin);
        }

        return generators;
    }

    /// <summary>For angles up to a quarter turn, where nothing cancels.</summary>
    private static (double Cos, double Sin) Half(double cos, double sin)
    {
        var half = Math.Sqrt((1 + cos) / 2);
        return (half, sin / (2 * half));
    }

    private static Complex[] Products(ReadOnlySpan<Complex> generators)
    {
        var products = new Complex[1 << generators.Length];
        products[0] = Complex.One;
        for (var bit = 0; bit < generators.Length; bit++)
        {
            for (var i = 0; i < 1 << bit; i++)
            {
                products[(1 << bit) + i] = Multiply(products[i], generators[bit]);
            }
        }

        return products;
    }
}

using System.Numerics;

namespace Strata.DerivationWorkers;

/// <summary>
/// |Σₙ x(n)·e^(−2πi·kn/M)| for k = 0 … M/2: the spectrum of a signal padded with zeros to M = 2^padBits · 2^⌈log₂ N⌉ samples.
/// Of the zeros none is stored: bin 2^padBits·k + r is bin k of the transform of x(n)·e^(−2πi·rn/M), a transform of the unpadded length. Source: Cooley and Tukey 1965, decimation in frequency.
/// </summary>
internal static class PaddedSpectrum
{
    /// <param name="samples">At least one.</param>
    /// <param name="padBits">How often the length is doubled beyond the next power of two.</param>
    /// <param name="bins">How many magnitudes are wanted, at most M/2 + 1.</param>
    public static double[] Magnitudes(ReadOnlySpan<double> samples, int padBits, int bins, CancellationToken cancellationToken)
    {
        var bits = SizeBits(samples.Length);
        var roots = new RootsOfUnity(Math.Max(1, bits + padBits));
        var steps = Steps(bits);
        var pads = 1 << padBits;
        var padded = (long)pads << bits;
        var magnitudes = new double[bins];
        var work = new Complex[1 << bits];
        for (var shift = 0; shift <= pads / 2; shift++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Array.Clear(work);
            for (var i = 0; i < samples.Length; i++)
            {
                var root = shift == 0 ? Complex.One : roots[(long)shift * i];
                work[i] = new(samples[i] * root.Real, samples[i] * root.Imaginary);
            }

            Transform(work, steps);
            for (var k = 0; k < work.Length; k++)
            {
                // A real signal has the same magnitude at bin M − b as at b.
                var bin = (long)pads * k + shift;
                bin = Math.Min(bin, padded - bin);
                if (bin < bins)
                {
                    magnitudes[bin] = Magnitude(work[k]);
                }
            }
        }

        return magnitudes;
    }

    /// <summary>⌈log₂ count⌉.</summary>
    public static int SizeBits(int count) => count <= 1 ? 0 : BitOperations.Log2((uint)count - 1) + 1;

    private static Complex[] Steps(int bits)
    {
        var roots = new RootsOfUnity(Math.Max(1, bits));
        var steps = new Complex[(1 << bits) / 2];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = roots[i];
        }

        return steps;
    }

    /// <summary>In place, radix 2, in a fixed order of operations.</summary>
    private static void Transform(Complex[] values, Complex[] steps)
    {
        Reorder(values);
        for (var half = 1; half < values.Length; half *= 2)
        {
            var stride = values.Length / (2 * half);
            for (var first = 0; first < values.Length; first += 2 * half)
            {
                for (var i = 0; i < half; i++)
                {
                    var even = values[first + i];
                    var odd = RootsOfUnity.Multiply(values[first + half + i], steps[i * stride]);
                    values[first + i] = new(even.Real + odd.Real, even.Imaginary + odd.Imaginary);
                    values[first + half + i] = new(even.Real - odd.Real, even.Imaginary - odd.Imaginary);
                }
            }
        }
    }

    private static void Reorder(Complex[] values)
    {
        var reversed = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (i < reversed)
            {
                (values[i], values[reversed]) = (values[reversed], values[i]);
            }

            var bit = values.Length >> 1;
            for (; bit > 0 && (reversed & bit) != 0; bit >>= 1)
            {
                reversed ^= bit;
            }

            reversed |= bit;
        }
    }

    private static double Magnitude(Complex value)
    {
        var a = value.Real * value.Real;
        var b = value.Imaginary * value.Imaginary;
        return Math.Sqrt(a + b);
    }
}

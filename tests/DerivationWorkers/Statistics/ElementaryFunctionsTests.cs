using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What Strata computes itself so that the last digit is the same on every machine, against the platform's functions, which are as near.</summary>
public class ElementaryFunctionsTests
{
    [Fact]
    public void The_logarithm_of_any_normal_number_is_that_of_the_platform_but_for_its_last_digits() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var x = Math.ScaleB(1 + random.NextDouble(), random.Next(-1022, 1023));
            NaturalLogarithm.Of(x).ShouldBe(Math.Log(x), 4e-16 * Math.Max(1, Math.Abs(Math.Log(x))));
            var near = 1 + (random.NextDouble() - 0.5) / 1000;
            NaturalLogarithm.Of(near).ShouldBe(Math.Log(near), 1e-18 + 4e-16 * Math.Abs(Math.Log(near)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_logarithm_of_1_is_0_and_what_has_none_is_refused()
    {
        NaturalLogarithm.Of(1).ShouldBe(0);
        NaturalLogarithm.Of(2).ShouldBe(Math.Log(2));
        foreach (var wrong in new[] { 0, -1, double.NaN, double.PositiveInfinity, double.Epsilon })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => NaturalLogarithm.Of(wrong));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(24)]
    public void Roots_of_unity_are_cosine_and_sine(int bits)
    {
        var roots = new RootsOfUnity(bits);
        var random = new Random(bits);
        for (var i = 0; i < 1000; i++)
        {
            var k = random.NextInt64(1L << 40);
            var angle = -Math.Tau * (k % (1L << bits)) / (1L << bits);
            roots[k].Real.ShouldBe(Math.Cos(angle), 1e-14);
            roots[k].Imaginary.ShouldBe(Math.Sin(angle), 1e-14);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(37)]
    public void A_padded_spectrum_is_the_sum_that_defines_it(int samples)
    {
        var random = new Random(samples);
        var values = Enumerable.Range(0, samples).Select(_ => random.NextDouble() - 0.3).ToArray();
        const int PadBits = 3;
        var padded = 1 << (PaddedSpectrum.SizeBits(samples) + PadBits);

        var found = PaddedSpectrum.Magnitudes(values, PadBits, padded / 2 + 1, TestContext.Current.CancellationToken);

        for (var k = 0; k < found.Length; k++)
        {
            var sum = Complex.Zero;
            for (var n = 0; n < samples; n++)
            {
                sum += values[n] * Complex.FromPolarCoordinates(1, -Math.Tau * k * n / padded);
            }

            found[k].ShouldBe(sum.Magnitude, 1e-13 * samples, $"bin {k}");
        }
    }

    [Fact]
    public void Fewer_bins_are_the_first_of_all_bins()
    {
        double[] values = [1, 2, 0, 4, 5.5];
        var all = PaddedSpectrum.Magnitudes(values, 4, 65, TestContext.Current.CancellationToken);

        PaddedSpectrum.Magnitudes(values, 4, 10, TestContext.Current.CancellationToken).ShouldBe(all[..10]);
    }
}

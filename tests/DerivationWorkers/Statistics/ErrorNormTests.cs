using FsCheck;
using FsCheck.Fluent;

namespace Strata.DerivationWorkers.Tests;

public class ErrorNormTests
{
    [Fact]
    public void Norms_of_any_values_have_the_bits_of_a_plain_loop() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<bool>(), (seed, isPlain) =>
        {
            var random = new Random(seed);
            var rows = random.Next(1, 70);
            var joints = random.Next(1, 9);
            var stride = rows + random.Next(3);
            var command = Values(random, joints * stride);
            var observation = Values(random, joints * stride);
            var periods = Enumerable.Range(0, joints).Select(_ => !isPlain && random.Next(2) == 0 ? Math.Tau : 0).ToArray();
            var weights = isPlain ? [] : Enumerable.Range(0, joints).Select(_ => random.Next(3) * random.NextDouble()).ToArray();
            var differences = new double[joints * stride];
            var norms = new double[rows];

            ErrorNorm.Compute(command, observation, rows, stride, periods, weights, differences, norms);

            for (var row = 0; row < rows; row++)
            {
                var sum = 0.0;
                for (var joint = 0; joint < joints; joint++)
                {
                    var difference = command[joint * stride + row] - observation[joint * stride + row];
                    if (periods[joint] != 0)
                    {
                        difference -= periods[joint] * Math.Round(difference / periods[joint]);
                    }

                    ShouldHaveTheBits(differences[joint * stride + row], difference);
                    sum += isPlain ? difference * difference : difference * difference * weights[joint];
                }

                ShouldHaveTheBits(norms[row], Math.Sqrt(sum));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_percentile_is_the_interpolation_between_two_sorted_values() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<bool>(), (seed, isLong) =>
        {
            var random = new Random(seed);
            var count = isLong ? 8192 + random.Next(500) : 1 + random.Next(300);
            var distinct = random.Next(3) switch { 0 => 1, 1 => 5, _ => int.MaxValue };
            var values = Enumerable.Range(0, count).Select(_ => distinct == int.MaxValue ? random.NextDouble() * Math.Pow(10, random.Next(-300, 300)) : random.Next(distinct)).ToArray();
            var sorted = values.Order().ToArray();
            foreach (var fraction in new[] { 0, 0.05, 0.5, 0.95, 1 })
            {
                var rank = fraction * (count - 1);
                var below = (int)rank;
                var expected = sorted[below] + (sorted[Math.Min(below + 1, count - 1)] - sorted[below]) * (rank - below);
                Percentile.Of(values, fraction).ShouldBe(expected, Math.Abs(expected) * 1e-12 + double.Epsilon);
            }
        }).QuickCheckThrowOnFailure();

    // numpy 2.4.6: np.percentile([1, 2, 4, 8, 16], 95) and so on; the second and third take the branch from the upper end.
    [Theory]
    [InlineData(new[] { 16.0, 1, 8, 2, 4 }, 0.95, 14.399999999999999)]
    [InlineData(new[] { 0.1, 0.2 }, 0.95, 0.195)]
    [InlineData(new[] { 3.0 }, 0.95, 3.0)]
    public void Percentiles_are_numpys(double[] values, double fraction, double expected) => Percentile.Of(values, fraction).ShouldBe(expected, 1e-15);

    private static double[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(20) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => random.NextDouble() * 1e300,
        3 => random.NextDouble() * 1e-310,
        4 => -0.0,
        _ => (random.NextDouble() - 0.5) * 20,
    })];

    private static void ShouldHaveTheBits(double found, double expected)
    {
        // Which NaN it is depends on the machine; rows with one are dropped.
        if (double.IsNaN(expected))
        {
            double.IsNaN(found).ShouldBeTrue();
            return;
        }

        BitConverter.DoubleToInt64Bits(found).ShouldBe(BitConverter.DoubleToInt64Bits(expected));
    }
}

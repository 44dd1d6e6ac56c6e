using FsCheck;
using FsCheck.Fluent;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What must hold of any motion, whatever the numbers are.</summary>
public class MotionPropertiesTests
{
    private const double Tolerance = 1e-9;

    private static CancellationToken Token => CancellationToken.None;

    [Fact]
    public void A_motion_that_is_scaled_is_that_much_longer_and_faster_and_where_it_begins_does_not_matter() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var (times, joints) = Motion(random);
            var motion = MotionStatistics.Of(times, joints, Token);
            var later = random.NextInt64(1L << 60);
            long[] shifted = [.. times.Select(t => t + later)];

            // Powers of two, so that nothing is rounded.
            var other = MotionStatistics.Of(shifted, [.. joints.Select(j => j.Select(v => v * -4).ToArray())], Token);

            other.DurationS.ShouldBe(motion.DurationS);
            other.PathLength.ShouldBe(4 * motion.PathLength);
            other.PeakVelocity.ShouldBe(4 * motion.PeakVelocity);
            other.PathLengths.ShouldBe(motion.PathLengths.Select(p => 4 * p));
            motion.PathLength.ShouldBeLessThanOrEqualTo(motion.PathLengths.Sum() * (1 + Tolerance));
            motion.PathLength.ShouldBeGreaterThanOrEqualTo(motion.PathLengths.Max() * (1 - Tolerance));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Smoothness_has_no_unit_no_speed_and_no_order_of_joints() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var (_, joints) = Motion(new Random(seed));
            var jerk = DimensionlessJerk.Log(joints);
            var others = joints.Reverse().Select(j => j.Select(v => v * 8 + 1024).ToArray()).ToArray();

            Same(DimensionlessJerk.Log(others), jerk);
            foreach (var rate in new[] { 10.0, 20.0 })
            {
                var speed = joints[0].Select(Math.Abs).ToArray();
                Same(SpectralArcLength.Of([.. speed.Select(v => v * 8)], rate, rate / 4, 0.05, Token), SpectralArcLength.Of(speed, 10, 2.5, 0.05, Token));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Time_backwards_is_as_far_as_fast_as_smooth_and_as_still() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var (times, joints) = Motion(new Random(seed));
            long[] back = [.. times.Reverse().Select(t => -t)];
            double[][] reversed = [.. joints.Select(j => j.Reverse().ToArray())];

            Same(MotionStatistics.Of(back, reversed, Token).PathLength, MotionStatistics.Of(times, joints, Token).PathLength);
            Same(MotionStatistics.Of(back, reversed, Token).PeakVelocity, MotionStatistics.Of(times, joints, Token).PeakVelocity);
            Same(DimensionlessJerk.Log(reversed), DimensionlessJerk.Log(joints));
            Same(StillStatistics.Of(back, reversed, 0.5, 0, Token).StillFraction, StillStatistics.Of(times, joints, 0.5, 0, Token).StillFraction);
            (GapStatistics.Of(back, null, Token) with { MaxGapStartNs = 0 }).ShouldBe(GapStatistics.Of(times, null, Token) with { MaxGapStartNs = 0 });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_range_does_not_depend_on_the_order_of_rows() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            double[] pool = [0.0, -0.0, 1, -1, double.NaN, 2.5];
            var values = Enumerable.Range(0, random.Next(1, 30)).Select(_ => pool[random.Next(pool.Length)]).ToArray();
            var shuffled = values.ToArray();
            random.Shuffle(shuffled);

            var (one, other) = (ValueStatistics.Of(values), ValueStatistics.Of(shuffled));

            (other.Count, other.AtExtremes).ShouldBe((one.Count, one.AtExtremes));
            BitConverter.DoubleToInt64Bits(other.Min).ShouldBe(BitConverter.DoubleToInt64Bits(one.Min));
            BitConverter.DoubleToInt64Bits(other.Max).ShouldBe(BitConverter.DoubleToInt64Bits(one.Max));
        }).QuickCheckThrowOnFailure();

    private static void Same(double found, double wanted)
    {
        if (double.IsNaN(wanted))
        {
            found.ShouldBe(double.NaN);
        }
        else
        {
            found.ShouldBe(wanted, Tolerance * Math.Max(1, Math.Abs(wanted)));
        }
    }

    private static (long[] Times, double[][] Joints) Motion(Random random)
    {
        var rows = random.Next(4, 60);
        var times = new long[rows];
        for (var i = 1; i < rows; i++)
        {
            times[i] = times[i - 1] + random.Next(1, 200_000_000);
        }

        return (times, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Enumerable.Range(0, rows).Select(_ => random.NextDouble() - 0.5).ToArray())]);
    }
}

using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>
/// Which part of the time joints stood still. Joint j is still from tᵢ to tᵢ₊₁ when |qⱼ(tᵢ₊₁) − qⱼ(tᵢ)| / (tᵢ₊₁ − tᵢ) ≤ threshold;
/// its static fraction is the time it is still over all its time. All are still when each of them is. A joint is dead when it has no finite value, or when max qⱼ − min qⱼ ≤ the dead range.
/// </summary>
/// <param name="StillFraction">Of the time between neighbouring rows in which every joint is finite; NaN without such time.</param>
/// <param name="StillFractions">One a joint, over its own finite values; NaN with fewer than two.</param>
/// <param name="IsDead">One a joint.</param>
internal sealed record StillStatistics(double StillFraction, ImmutableArray<double> StillFractions, ImmutableArray<bool> IsDead)
{
    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsPerLook = 1 << 16;

    /// <param name="times">Nanoseconds, ascending, each once.</param>
    /// <param name="joints">Per joint its values, one a time; NaN where it has none.</param>
    /// <param name="threshold">In the joints' unit a second.</param>
    /// <param name="deadRange">In the joints' unit.</param>
    public static StillStatistics Of(long[] times, double[][] joints, double threshold, double deadRange, CancellationToken cancellationToken)
    {
        var fractions = new double[joints.Length];
        var dead = new bool[joints.Length];
        for (var joint = 0; joint < joints.Length; joint++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            fractions[joint] = OfJoint(times, joints[joint], threshold);
            var values = ValueStatistics.Of(joints[joint]);
            dead[joint] = values.Count == 0 || values.Max - values.Min <= deadRange;
        }

        return new(OfAll(times, joints, threshold, cancellationToken), [.. fractions], [.. dead]);
    }

    private static double OfJoint(long[] times, double[] values, double threshold)
    {
        var still = 0.0;
        var all = 0.0;
        var before = -1;
        for (var row = 0; row < times.Length; row++)
        {
            if (double.IsNaN(values[row]))
            {
                continue;
            }

            if (before >= 0)
            {
                var seconds = JointTrack.Seconds(times[before], times[row]);
                all += seconds;
                still += Math.Abs(values[row] - values[before]) / seconds <= threshold ? seconds : 0;
            }

            before = row;
        }

        return still / all;
    }

    private static double OfAll(long[] times, double[][] joints, double threshold, CancellationToken cancellationToken)
    {
        var still = 0.0;
        var all = 0.0;
        for (var row = 1; row < times.Length; row++)
        {
            if (row % RowsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var seconds = JointTrack.Seconds(times[row - 1], times[row]);
            var fastest = 0.0;
            foreach (var joint in joints)
            {
                // Math.Max gives NaN where one of the two is, so a joint without value makes the step one without answer.
                fastest = Math.Max(fastest, Math.Abs(joint[row] - joint[row - 1]) / seconds);
            }

            all += double.IsNaN(fastest) ? 0 : seconds;
            still += fastest <= threshold ? seconds : 0;
        }

        return still / all;
    }
}

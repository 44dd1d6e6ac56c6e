using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>
/// How far and how fast joints moved. With joints q(t₁) … q(tₙ): duration = tₙ − t₁; path length = Σ ‖q(tᵢ₊₁) − q(tᵢ)‖; peak velocity = max ‖q(tᵢ₊₁) − q(tᵢ)‖ / (tᵢ₊₁ − tᵢ).
/// The norm is the Euclidean one over the joints; of one joint it is the absolute value.
/// </summary>
/// <param name="PathLength">In the joints' unit.</param>
/// <param name="PeakVelocity">In the joints' unit a second.</param>
/// <param name="PathLengths">One a joint.</param>
/// <param name="PeakVelocities">One a joint.</param>
internal sealed record MotionStatistics(
    double DurationS, double PathLength, double PeakVelocity, ImmutableArray<double> PathLengths, ImmutableArray<double> PeakVelocities)
{
    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsPerLook = 1 << 16;

    /// <param name="times">Nanoseconds, ascending, each once; at least one.</param>
    /// <param name="joints">Per joint its values, all finite, one a time.</param>
    public static MotionStatistics Of(ReadOnlySpan<long> times, ReadOnlySpan<double[]> joints, CancellationToken cancellationToken)
    {
        var lengths = new double[joints.Length];
        var peaks = new double[joints.Length];
        var length = 0.0;
        var peak = 0.0;
        for (var row = 1; row < times.Length; row++)
        {
            if (row % RowsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var seconds = JointTrack.Seconds(times[row - 1], times[row]);
            var squares = 0.0;
            for (var joint = 0; joint < joints.Length; joint++)
            {
                var step = joints[joint][row] - joints[joint][row - 1];
                var square = step * step;
                squares += square;
                lengths[joint] += Math.Abs(step);
                peaks[joint] = Math.Max(peaks[joint], Math.Abs(step) / seconds);
            }

            var distance = Math.Sqrt(squares);
            length += distance;
            peak = Math.Max(peak, distance / seconds);
        }

        return new(JointTrack.Seconds(times[0], times[^1]), length, peak, [.. lengths], [.. peaks]);
    }
}

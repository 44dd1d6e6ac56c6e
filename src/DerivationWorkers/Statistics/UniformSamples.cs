namespace Strata.DerivationWorkers;

/// <summary>
/// Joints at even intervals: the rows' own times where these are even already, else by linear interpolation between neighbouring rows. The first and the last row are the first and the last
/// sample; the rate is that nearest to the wanted one for which whole intervals lie between them.
/// </summary>
/// <param name="Joints">Per joint its samples.</param>
internal sealed record UniformSamples(double RateHz, double[][] Joints)
{
    /// <summary>About nineteen hours at 60 Hz, or 32 MB a joint; a gap of years between two rows must not drive an allocation.</summary>
    public const int MaxSamples = 1 << 22;

    private const double NsPerSecond = 1e9;

    /// <summary>How many samples there would be, which may be more than <see cref="MaxSamples"/>.</summary>
    /// <param name="times">Nanoseconds, ascending, each once; at least two.</param>
    public static double Count(ReadOnlySpan<long> times, double rateHz) => Math.Floor(JointTrack.Seconds(times[0], times[^1]) * rateHz + 0.5) + 1;

    /// <param name="times">As above.</param>
    /// <param name="joints">Per joint its values, all finite, one a time.</param>
    /// <param name="samples">At least two, at most <see cref="MaxSamples"/>.</param>
    public static UniformSamples Of(ReadOnlySpan<long> times, ReadOnlySpan<double[]> joints, int samples, CancellationToken cancellationToken)
    {
        var sampled = new double[joints.Length][];
        for (var joint = 0; joint < joints.Length; joint++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sampled[joint] = Sample(times, joints[joint], samples);
        }

        return new((samples - 1) / JointTrack.Seconds(times[0], times[^1]), sampled);
    }

    /// <summary>1 / the median interval.</summary>
    public static double MedianRateHz(ReadOnlySpan<long> times) => NsPerSecond / GapStatistics.MedianInterval(times);

    private static double[] Sample(ReadOnlySpan<long> times, double[] values, int samples)
    {
        var sampled = new double[samples];
        double span = unchecked((ulong)times[^1] - (ulong)times[0]);
        var after = 1;
        for (var i = 0; i < samples; i++)
        {
            var wanted = span * i / (samples - 1);
            while (after < times.Length - 1 && Since(times, after) < wanted)
            {
                after++;
            }

            var before = Since(times, after - 1);
            var part = (wanted - before) / (Since(times, after) - before);
            var step = (values[after] - values[after - 1]) * part;
            sampled[i] = values[after - 1] + step;
        }

        return sampled;
    }

    private static double Since(ReadOnlySpan<long> times, int row) => unchecked((ulong)times[row] - (ulong)times[0]);
}

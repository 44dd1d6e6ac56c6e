namespace Strata.DerivationWorkers;

/// <summary>
/// How much later one signal repeats another, on even samples: for each whole number k of steps Pearson's r(k) = Σ (cᵢ − c̄)(oᵢ₊ₖ − ō) / √( Σ (cᵢ − c̄)² · Σ (oᵢ₊ₖ − ō)² ), sums and means over the samples that
/// both have, and over all joints, each about its own mean. The peak is the k with the largest r, of equal ones the nearest to 0 and the positive; a parabola through it and its neighbours
/// gives the part of a step: k + ½ (r₋ − r₊) / (r₋ − 2r₀ + r₊).
/// </summary>
/// <param name="Steps">The whole number of steps; positive when the second signal is the later one.</param>
/// <param name="Refined">With the part of a step; a peak at the largest lag is not refined, since its neighbour is not known.</param>
/// <param name="Value">r at the whole step; NaN when it has no answer, as of a signal that stands still.</param>
internal readonly record struct CorrelationPeak(int Steps, double Refined, double Value)
{
    /// <param name="r">Of lag k at <c>most + k</c>.</param>
    /// <param name="most">The largest lag, at least 1.</param>
    public static CorrelationPeak Of(ReadOnlySpan<double> r, int most)
    {
        var best = 0;
        for (var distance = 0; distance <= most; distance++)
        {
            best = IsHigher(r[most + distance], r[most + best]) ? distance : best;
            best = IsHigher(r[most - distance], r[most + best]) ? -distance : best;
        }

        var peak = r[most + best];
        if (Math.Abs(best) == most)
        {
            return new(best, best, peak);
        }

        var (left, right) = (r[most + best - 1], r[most + best + 1]);
        var bend = left - peak - peak + right;
        var slope = 0.5 * (left - right);
        return new(best, bend < 0 ? best + slope / bend : best, peak);
    }

    private static bool IsHigher(double value, double than) => value > than || (double.IsNaN(than) && !double.IsNaN(value));
}

internal static class CrossCorrelation
{
    /// <summary>Lags between two looks at the cancellation token.</summary>
    private const int LagsPerLook = 4;

    /// <param name="commands">Per joint its samples, each about a mean near 0 so that sums of squares keep their digits.</param>
    /// <param name="observations">As many joints, as many samples.</param>
    /// <param name="isValid">By sample: whether both sides have it.</param>
    /// <param name="most">The largest lag in steps.</param>
    /// <returns>Per joint, and last of all over all joints, r of lag k at <c>most + k</c>.</returns>
    public static double[][] Of(double[][] commands, double[][] observations, bool[] isValid, int most, CancellationToken cancellationToken)
    {
        var joints = commands.Length;
        var r = new double[joints + 1][];
        for (var i = 0; i < r.Length; i++)
        {
            r[i] = new double[2 * most + 1];
        }

        for (var lag = -most; lag <= most; lag++)
        {
            if (lag % LagsPerLook == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var all = default(Moments);
            for (var joint = 0; joint < joints; joint++)
            {
                var moments = Moments.Of(commands[joint], observations[joint], isValid, lag);
                r[joint][most + lag] = moments.Correlation;
                all = all.Plus(moments);
            }

            r[joints][most + lag] = all.Correlation;
        }

        return r;
    }

    /// <summary>Sums of squares and products about the means of the samples at hand.</summary>
    private readonly record struct Moments(double Command, double Observation, double Both)
    {
        public double Correlation => Command > 0 && Observation > 0 ? Both / Math.Sqrt(Command * Observation) : double.NaN;

        public Moments Plus(Moments other) => new(Command + other.Command, Observation + other.Observation, Both + other.Both);

        /// <summary>One pass in the order of samples, without fused multiply-add. Source: DESIGN rule 7.</summary>
        public static Moments Of(double[] commands, double[] observations, bool[] isValid, int lag)
        {
            var (first, last) = (Math.Max(0, -lag), Math.Min(isValid.Length, isValid.Length - lag));
            var (n, c, o, cc, oo, co) = (0L, 0.0, 0.0, 0.0, 0.0, 0.0);
            for (var i = first; i < last; i++)
            {
                if (!isValid[i] || !isValid[i + lag])
                {
                    continue;
                }

                var (left, right) = (commands[i], observations[i + lag]);
                var (leftSquare, rightSquare, product) = (left * left, right * right, left * right);
                n++;
                c += left;
                o += right;
                cc += leftSquare;
                oo += rightSquare;
                co += product;
            }

            if (n < 2)
            {
                return default;
            }

            var (lessCommand, lessObservation, lessBoth) = (c * c / n, o * o / n, c * o / n);
            return new(cc - lessCommand, oo - lessObservation, co - lessBoth);
        }
    }
}

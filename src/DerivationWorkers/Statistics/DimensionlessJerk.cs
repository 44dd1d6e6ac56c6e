namespace Strata.DerivationWorkers;

/// <summary>
/// LDLJ, the log dimensionless jerk: −ln( (T³ / v²_peak) · ∫ ‖d³q/dt³‖² dt ) over a movement of duration T, with differences at even intervals in place of derivatives.
/// Dimensionless; larger is smoother. Source: Hogan and Sternad, "Sensitivity of smoothness measures to movement duration, amplitude, and arrests", J. Mot. Behav. 41:529 (2009);
/// its logarithm: Balasubramanian, Melendez-Calderon, Burdet, "A robust and sensitive metric for quantifying movement smoothness", IEEE Trans. Biomed. Eng. 59:2126 (2012).
/// </summary>
internal static class DimensionlessJerk
{
    /// <summary>The third difference needs four positions.</summary>
    public const int LeastSamples = 4;

    /// <summary>Of one or more joints, whose jerk and speed are the Euclidean norms over them.</summary>
    /// <param name="joints">Per joint its positions at even intervals, at least <see cref="LeastSamples"/>.</param>
    /// <returns>NaN where nothing moves or nothing jerks: the logarithm has no answer.</returns>
    public static double Log(ReadOnlySpan<double[]> joints)
    {
        var samples = joints[0].Length;
        var (peak, jerks) = (0.0, 0.0);
        for (var i = 1; i < samples; i++)
        {
            var squares = 0.0;
            for (var joint = 0; joint < joints.Length; joint++)
            {
                var q = joints[joint];
                var step = q[i] - q[i - 1];
                var square = step * step;
                squares += square;
                if (i >= LeastSamples - 1)
                {
                    var third = q[i] - 3 * q[i - 1] + 3 * q[i - 2] - q[i - 3];
                    var cube = third * third;
                    jerks += cube;
                }
            }

            peak = Math.Max(peak, squares);
        }

        // With dt the interval: T = (n − 1) dt, speed² = squares / dt², ∫ jerk² dt = Σ third² / dt⁶ · dt. All dt cancel.
        var intervals = samples - 1.0;
        var dimensionless = intervals * intervals * intervals * (jerks / peak);
        return double.IsNormal(dimensionless) ? -NaturalLogarithm.Of(dimensionless) : double.NaN;
    }
}

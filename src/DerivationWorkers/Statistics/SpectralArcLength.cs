namespace Strata.DerivationWorkers;

/// <summary>
/// SPARC, the spectral arc length of a speed profile v: with V̂(f) = |V(f)| / |V(0)| and f_c the highest frequency up to the cutoff at which V̂ is not below the amplitude threshold,
/// SPARC = −∫₀^f_c √((1/f_c)² + (dV̂/df)²) df, as a sum over the bins of the padded spectrum. Dimensionless, below 0; nearer to 0 is smoother.
/// Source: Balasubramanian, Melendez-Calderon, Roby-Brami, Burdet, "On the analysis of movement smoothness", J. NeuroEng. Rehabil. 12:112 (2015), eq. 3–5.
/// </summary>
internal static class SpectralArcLength
{
    /// <summary>Four doublings beyond the next power of two: as in the paper's own implementation, fine enough that the sum no longer depends on it.</summary>
    public const int PadBits = 4;

    /// <param name="speed">Not negative, at even intervals.</param>
    /// <param name="rateHz">Of the samples.</param>
    /// <param name="cutoffHz">Frequencies above it are not looked at; nor are those above half the rate, of which samples say nothing.</param>
    /// <param name="amplitudeThreshold">Of V̂: 0 … 1.</param>
    /// <returns>NaN for a speed that is 0 everywhere, and where f_c is 0.</returns>
    public static double Of(ReadOnlySpan<double> speed, double rateHz, double cutoffHz, double amplitudeThreshold, CancellationToken cancellationToken)
    {
        var padded = 1L << (PaddedSpectrum.SizeBits(speed.Length) + PadBits);
        var stepHz = rateHz / padded;
        var bins = (int)Math.Min(padded / 2, Math.Floor(cutoffHz / stepHz)) + 1;
        var spectrum = PaddedSpectrum.Magnitudes(speed, PadBits, bins, cancellationToken);
        var last = bins - 1;
        while (last > 0 && spectrum[last] < amplitudeThreshold * spectrum[0])
        {
            last--;
        }

        if (last == 0 || spectrum[0] == 0)
        {
            return double.NaN;
        }

        var width = 1.0 / last;
        var flat = width * width;
        var length = 0.0;
        for (var bin = 1; bin <= last; bin++)
        {
            var rise = (spectrum[bin] - spectrum[bin - 1]) / spectrum[0];
            var square = rise * rise;
            length += Math.Sqrt(flat + square);
        }

        return -length;
    }
}

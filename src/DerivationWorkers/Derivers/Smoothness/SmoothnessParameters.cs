using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Parameters of <see cref="SmoothnessDeriver"/>: those of <see cref="JointInput"/>, with <c>wrap</c>, and <c>rateHz</c>, <c>cutoffHz</c>, <c>amplitudeThreshold</c>.
/// </summary>
/// <param name="RateHz">To which the rows are brought; null: their median rate.</param>
/// <param name="CutoffHz">Of SPARC.</param>
/// <param name="AmplitudeThreshold">Of SPARC.</param>
public sealed record SmoothnessParameters(JointInput Input, double? RateHz, double CutoffHz, double AmplitudeThreshold) : IJointParameters
{
    /// <summary>Of the paper: human and robot arms move below it. Source: <see cref="SpectralArcLength"/>.</summary>
    public const double DefaultCutoffHz = 10;

    /// <summary>Of the paper. Source: <see cref="SpectralArcLength"/>.</summary>
    public const double DefaultAmplitudeThreshold = 0.05;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static SmoothnessParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var input = JointInput.Read(reader, canWrap: true);
        var rate = reader.Number("rateHz");
        var cutoff = reader.Number("cutoffHz") ?? DefaultCutoffHz;
        var threshold = reader.Number("amplitudeThreshold") ?? DefaultAmplitudeThreshold;
        reader.RefuseUnknown();
        return rate is <= 0 ? throw new ParameterException($"rateHz: expected a number above 0, found {rate}")
            : cutoff <= 0 ? throw new ParameterException($"cutoffHz: expected a number above 0, found {cutoff}")
            : threshold is < 0 or >= 1 ? throw new ParameterException($"amplitudeThreshold: expected 0 or more and less than 1, found {threshold}")
            : new(input, rate, cutoff, threshold);
    }
}

using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Parameters of <see cref="LagDeriver"/>: those of <see cref="JointPairing"/>, and <c>maxLagNs</c>, <c>rateHz</c>, <c>maxGapNs</c>.</summary>
/// <param name="MaxLagNs">How far apart command and observation are looked for, in either direction.</param>
/// <param name="RateHz">Of the even samples; null: the median rate of the observation.</param>
/// <param name="MaxGapNs">Between two samples with a line between them; null: 2 × the median interval of each side.</param>
public sealed record LagParameters(JointPairing Joints, long MaxLagNs, double? RateHz, long? MaxGapNs)
{
    /// <summary>Half a second: above the delays of arms and of common networks, and short enough that a periodic movement seldom repeats inside it.</summary>
    public const long DefaultMaxLagNs = 500_000_000;

    /// <summary>A step is a whole number of nanoseconds.</summary>
    private const double MaxRateHz = 1e9;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static LagParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var result = new LagParameters(JointPairing.Read(reader), reader.Nanoseconds("maxLagNs") ?? DefaultMaxLagNs, reader.Number("rateHz"), reader.Nanoseconds("maxGapNs"));
        reader.RefuseUnknown();
        return result.MaxLagNs == 0 ? throw new ParameterException("maxLagNs: expected more than 0, found 0")
            : result.RateHz is <= 0 or > MaxRateHz ? throw new ParameterException($"rateHz: expected more than 0, at most {MaxRateHz}, found {result.RateHz}")
            : result;
    }
}

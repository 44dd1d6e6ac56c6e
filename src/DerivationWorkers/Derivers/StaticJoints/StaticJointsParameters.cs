using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Parameters of <see cref="StaticJointsDeriver"/>: those of <see cref="JointInput"/>, with <c>wrap</c>, and <c>threshold</c>, <c>deadRange</c>. What is compared with a joint has its unit, so
/// <c>native</c> is refused, as <see cref="QualityParameters"/> does.
/// </summary>
/// <param name="Threshold">A joint that is not faster stands still, in the unit a second.</param>
/// <param name="DeadRange">A joint whose values lie no farther apart never moved, in the unit.</param>
public sealed record StaticJointsParameters(JointInput Input, double Threshold, double DeadRange) : IJointParameters
{
    /// <summary>About half a degree a second: above the noise of common encoders at their usual rates, below any motion that is meant.</summary>
    public const double DefaultThresholdRadPerS = 0.01;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static StaticJointsParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var input = JointInput.Read(reader, canWrap: true);
        var threshold = reader.Number("threshold");
        var deadRange = reader.Number("deadRange") ?? 0;
        reader.RefuseUnknown();
        if (input.Unit is null or ErrorUnit.Native)
        {
            throw new ParameterException($"unit: expected rad, deg or m, found {input.Unit ?? "nothing"}; a threshold means nothing without the unit of what it is compared with");
        }

        if (threshold is < 0 || deadRange < 0)
        {
            throw new ParameterException(threshold is < 0 ? $"threshold: expected 0 or more, found {threshold}" : $"deadRange: expected 0 or more, found {deadRange}");
        }

        return threshold is null && input.Unit != ErrorUnit.Radians
            ? throw new ParameterException($"threshold: expected a number in {input.Unit}/s, found nothing; the default of {DefaultThresholdRadPerS} is in rad/s")
            : new(input, threshold ?? DefaultThresholdRadPerS, deadRange);
    }
}

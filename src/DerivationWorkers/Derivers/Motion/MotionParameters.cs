using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Parameters of <see cref="MotionDeriver"/>: those of <see cref="JointInput"/>, with <c>wrap</c>.</summary>
public sealed record MotionParameters(JointInput Input) : IJointParameters
{
    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static MotionParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var input = JointInput.Read(reader, canWrap: true);
        reader.RefuseUnknown();
        return new(input);
    }
}

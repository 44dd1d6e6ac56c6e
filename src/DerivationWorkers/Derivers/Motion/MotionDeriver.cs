using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Duration, path length and peak velocity of the joints. Source: <see cref="MotionStatistics"/>.</summary>
public sealed class MotionDeriver : JointDeriver<MotionParameters>
{
    public const string DeriverName = "motion";

    public override string Name => DeriverName;

    /// <summary>2: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public override int Version => 2;

    protected override bool NeedsSeconds => true;

    protected override bool KeepsNonFinite => false;

    protected override MotionParameters Parse(CanonicalJson parameters) => MotionParameters.Parse(parameters);

    private protected override string? Fill(PropertyValues values, JointTrack track, MotionParameters parameters, CancellationToken cancellationToken)
    {
        if (track.Rows < 2)
        {
            return "one row has all joints; expected two at different times, since motion lies between rows";
        }

        var motion = MotionStatistics.Of(track.Times, track.Joints, cancellationToken);
        values.Number("duration_s", motion.DurationS)
            .Number("path_length", motion.PathLength)
            .Number("peak_velocity", motion.PeakVelocity)
            .Numbers("path_length_per_joint", motion.PathLengths.AsSpan())
            .Numbers("peak_velocity_per_joint", motion.PeakVelocities.AsSpan());
        return null;
    }
}

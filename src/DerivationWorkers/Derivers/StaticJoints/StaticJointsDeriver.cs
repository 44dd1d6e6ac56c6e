using System.Text.Json.Nodes;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Which part of the time the joints stood still, and which of them never moved or never gave a number. Source: <see cref="StillStatistics"/>.</summary>
public sealed class StaticJointsDeriver : JointDeriver<StaticJointsParameters>
{
    public const string DeriverName = "static_joints";

    public override string Name => DeriverName;

    /// <summary>2: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public override int Version => 2;

    protected override bool NeedsSeconds => true;

    protected override bool KeepsNonFinite => true;

    protected override StaticJointsParameters Parse(CanonicalJson parameters) => StaticJointsParameters.Parse(parameters);

    private protected override (string Name, JsonNode? Value)[] Defaults(StaticJointsParameters parameters) => [("threshold", parameters.Threshold), ("deadRange", parameters.DeadRange)];

    private protected override string? Fill(PropertyValues values, JointTrack track, StaticJointsParameters parameters, CancellationToken cancellationToken)
    {
        var still = StillStatistics.Of(track.Times, track.Joints, parameters.Threshold, parameters.DeadRange, cancellationToken);
        if (still.StillFractions.All(double.IsNaN))
        {
            return "no joint has finite values at two different times; expected two, since standing still is seen between rows";
        }

        var dead = Enumerable.Range(0, track.Joints.Length).Where(joint => still.IsDead[joint]).Select(parameters.Input.JointName).ToList();
        values.Number("static_fraction", still.StillFraction)
            .Count("dead_joint_count", dead.Count)
            .Texts("dead_joints", dead)
            .Numbers("static_fraction_per_joint", still.StillFractions.AsSpan())
            .Number("threshold_per_s", parameters.Threshold);
        return null;
    }
}

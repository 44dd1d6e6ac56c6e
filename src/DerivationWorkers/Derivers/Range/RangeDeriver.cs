using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>What range each joint went through, how often it stood at the ends of it, and where limits are declared how often at these. Source: <see cref="ValueStatistics"/>, <see cref="SaturationStatistics"/>.</summary>
public sealed class RangeDeriver : JointDeriver<RangeParameters>
{
    public const string DeriverName = "range";

    public override string Name => DeriverName;

    /// <summary>2: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public override int Version => 2;

    protected override bool NeedsSeconds => false;

    protected override bool KeepsNonFinite => true;

    protected override RangeParameters Parse(CanonicalJson parameters) => RangeParameters.Parse(parameters);

    private protected override string? Fill(PropertyValues values, JointTrack track, RangeParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters.Limits(track.Joints.Length) is not { } limits)
        {
            return $"lower and upper tell of {Math.Max(parameters.Lower.Length, parameters.Upper.Length)} joints, {track.Joints.Length} are read; tell one limit a joint, or one for all";
        }

        var joints = new ValueStatistics[track.Joints.Length];
        for (var joint = 0; joint < joints.Length; joint++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            joints[joint] = ValueStatistics.Of(track.Joints[joint]);
        }

        if (Array.TrueForAll(joints, joint => joint.Count == 0))
        {
            return $"no joint has a finite value in any of {track.Rows} rows";
        }

        values.Numbers("min_per_joint", Array.ConvertAll(joints, j => j.Min))
            .Numbers("max_per_joint", Array.ConvertAll(joints, j => j.Max))
            .Numbers("range_per_joint", Array.ConvertAll(joints, j => j.Max - j.Min))
            .Numbers("at_extremes_fraction_per_joint", Array.ConvertAll(joints, j => (double)j.AtExtremes / j.Count))
            .Counts("finite_rows_per_joint", Array.ConvertAll(joints, j => j.Count));
        if (parameters.HasLimits)
        {
            var saturation = SaturationStatistics.Of(track.Joints, limits, parameters.Margin, cancellationToken);
            values.Number("saturated_fraction", saturation.Fraction).Numbers("saturated_fraction_per_joint", saturation.Fractions.AsSpan());
        }

        return null;
    }
}

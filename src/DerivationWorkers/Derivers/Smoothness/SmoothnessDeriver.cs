using System.Text.Json.Nodes;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// How smoothly the joints moved: log dimensionless jerk and spectral arc length, of all joints together and of each. No function of the platform is used whose last digit differs between
/// machines, so the bytes are the same everywhere without rounding. Source: <see cref="DimensionlessJerk"/>, <see cref="SpectralArcLength"/>, <see cref="UniformSamples"/>.
/// </summary>
public sealed class SmoothnessDeriver : JointDeriver<SmoothnessParameters>
{
    public const string DeriverName = "smoothness";

    public override string Name => DeriverName;

    /// <summary>2: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public override int Version => 2;

    protected override bool NeedsSeconds => true;

    protected override bool KeepsNonFinite => false;

    protected override SmoothnessParameters Parse(CanonicalJson parameters) => SmoothnessParameters.Parse(parameters);

    private protected override (string Name, JsonNode? Value)[] Defaults(SmoothnessParameters parameters) => [("cutoffHz", parameters.CutoffHz), ("amplitudeThreshold", parameters.AmplitudeThreshold)];

    private protected override string? Fill(PropertyValues values, JointTrack track, SmoothnessParameters parameters, CancellationToken cancellationToken)
    {
        if (track.Rows < DimensionlessJerk.LeastSamples)
        {
            return $"{track.Rows} rows have all joints; expected {DimensionlessJerk.LeastSamples} or more, which the third difference needs";
        }

        var wantedHz = parameters.RateHz ?? UniformSamples.MedianRateHz(track.Times);
        var count = UniformSamples.Count(track.Times, wantedHz);
        if (!(count >= DimensionlessJerk.LeastSamples && count <= UniformSamples.MaxSamples))
        {
            return $"{count} samples at {wantedHz} Hz; expected {DimensionlessJerk.LeastSamples} to {UniformSamples.MaxSamples}; choose another rate with `--set rateHz=N`";
        }

        if (Array.TrueForAll(track.Joints, joint => joint.AsSpan().IndexOfAnyExcept(joint[0]) < 0))
        {
            return $"nothing moves in {track.Rows} rows; smoothness is that of a movement";
        }

        var even = UniformSamples.Of(track.Times, track.Joints, (int)count, cancellationToken);
        var jerks = new double[even.Joints.Length];
        var arcs = new double[even.Joints.Length];
        for (var joint = 0; joint < jerks.Length; joint++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var alone = even.Joints.AsSpan(joint, 1);
            jerks[joint] = DimensionlessJerk.Log(alone);
            arcs[joint] = Arc(alone, even.RateHz, parameters, cancellationToken);
        }

        values.Number("ldlj", DimensionlessJerk.Log(even.Joints))
            .Number("sparc", Arc(even.Joints, even.RateHz, parameters, cancellationToken))
            .Numbers("ldlj_per_joint", jerks)
            .Numbers("sparc_per_joint", arcs)
            .Number("rate_hz", even.RateHz)
            .Number("cutoff_hz", parameters.CutoffHz);
        return null;
    }

    private static double Arc(ReadOnlySpan<double[]> joints, double rateHz, SmoothnessParameters parameters, CancellationToken cancellationToken) =>
        SpectralArcLength.Of(Speeds(joints, rateHz), rateHz, parameters.CutoffHz, parameters.AmplitudeThreshold, cancellationToken);

    /// <summary>The Euclidean norm over the joints of the step between neighbouring samples, in the joints' unit a second.</summary>
    private static double[] Speeds(ReadOnlySpan<double[]> joints, double rateHz)
    {
        var speeds = new double[joints[0].Length - 1];
        for (var i = 0; i < speeds.Length; i++)
        {
            var squares = 0.0;
            foreach (var joint in joints)
            {
                var step = joint[i + 1] - joint[i];
                var square = step * step;
                squares += square;
            }

            speeds[i] = Math.Sqrt(squares) * rateHz;
        }

        return speeds;
    }
}

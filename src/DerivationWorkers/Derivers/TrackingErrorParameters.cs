using System.Collections.Immutable;
using System.Text.Json;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Parameters of <see cref="TrackingErrorDeriver"/>; an empty object is the how-to. Source: DESIGN §7.
/// Members: those of <see cref="JointPairing"/> and of <see cref="AlignmentParameters"/>; <c>observationDelayNs</c>; <c>weights</c> (one number a joint); <c>outputEntity</c>; <c>perJoint</c>.
/// </summary>
/// <param name="ObservationDelayNs">An observation at t is compared with the command at t − delay.</param>
/// <param name="Weights">Of the squares of the joints' differences, one a joint; empty: all weigh 1.</param>
public sealed record TrackingErrorParameters(
    JointPairing Joints,
    AlignmentParameters Alignment,
    long ObservationDelayNs,
    ImmutableArray<double> Weights,
    EntityPath OutputEntity,
    bool WritePerJoint)
{
    public const string HowToCommand = JointPairing.HowToCommand;
    public const string HowToObservation = JointPairing.HowToObservation;
    public const string HowToOutput = "/derived/tracking_error";

    public ImmutableArray<EntityColumn> Command => Joints.Command;

    public ImmutableArray<EntityColumn> Observation => Joints.Observation;

    public JointSelection CommandJoints => Joints.CommandJoints;

    public bool IsPerJointEntity => Joints.IsPerJointEntity;

    public string Unit => Joints.Unit;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static TrackingErrorParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var joints = JointPairing.Read(reader);
        var result = new TrackingErrorParameters(
            joints,
            AlignmentParameters.Read(reader),
            reader.Nanoseconds("observationDelayNs") ?? 0,
            ReadWeights(reader, joints.KnownJoints),
            reader.Member("outputEntity") is { } output ? EntityColumn.Read(reader, "outputEntity", output).Entity : EntityPath.Parse(HowToOutput),
            reader.Flag("perJoint"));
        reader.RefuseUnknown();
        RefuseOutput(result);
        return result;
    }

    private static void RefuseOutput(TrackingErrorParameters wanted)
    {
        if (wanted.OutputEntity.StartsWith(EntityPath.Properties))
        {
            throw new ParameterException($"outputEntity: expected an entity path of its own such as {HowToOutput}, found '{wanted.OutputEntity}', where properties lie");
        }

        if (wanted.Command.Concat(wanted.Observation).Any(read => read.Entity == wanted.OutputEntity))
        {
            throw new ParameterException($"outputEntity: expected an entity path of its own such as {HowToOutput}, found '{wanted.OutputEntity}', which the rule reads: readers would see the error in its place");
        }
    }

    private static ImmutableArray<double> ReadWeights(ParameterReader reader, int? joints)
    {
        const string expected = "a list of numbers, 0 or more, one a joint and at least one above 0";
        if (reader.Member("weights") is not { } told)
        {
            return [];
        }

        if (told.ValueKind != JsonValueKind.Array)
        {
            throw reader.Wrong("weights", expected, told);
        }

        List<JsonElement> list = [.. told.EnumerateArray()];
        if (joints is { } known && list.Count != known)
        {
            throw new ParameterException($"weights: expected {expected}: {known}, found {list.Count}");
        }

        ImmutableArray<double> weights = [.. list.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var weight) && double.IsFinite(weight) && weight >= 0
            ? weight
            : throw reader.Wrong("weights", expected, item))];
        return weights.Any(w => w > 0) ? weights : throw new ParameterException($"weights: expected {expected}, found {(weights.Length == 0 ? "none" : "only 0")}");
    }
}

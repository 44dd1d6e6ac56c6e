using Strata.Arrow;
using Strata.Contracts;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>How far the measured joints are from the commanded ones: the L2 norm a row, and what it comes to. Source: DESIGN §7.</summary>
public sealed class TrackingErrorDeriver : IDeriver
{
    public const string DeriverName = "tracking_error";

    /// <summary>Value of the component <c>warnings</c>: a joint that was not declared as turning differs by about whole turns.</summary>
    public const string PossibleWrapWarning = "possible_wrap";

    /// <summary>Component that counts these rows, one number a joint; absent where there are none.</summary>
    public const string PossibleWrapRows = "possible_wrap_rows_per_joint";

    private const string JointsPart = "joints";

    public string Name => DeriverName;

    /// <summary>2: says where a joint may turn without end; the errors are those of 1. 3: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public int Version => 3;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(TrackingErrorParameters.Parse, parameters);

    public RuleOutputs Outputs(CanonicalJson parameters, string outputLayer)
    {
        var wanted = TrackingErrorParameters.Parse(parameters);
        return new(
            wanted.WritePerJoint ? [wanted.OutputEntity.ToString(), wanted.OutputEntity.Append(JointsPart).ToString()] : [wanted.OutputEntity.ToString()],
            [outputLayer]);
    }

    public string? EntityParameter => "outputEntity";

    public CanonicalJson WithDefaults(CanonicalJson parameters)
    {
        var wanted = TrackingErrorParameters.Parse(parameters);
        return ParameterDefaults.Add(
            parameters,
            ("command", wanted.IsPerJointEntity ? null : wanted.Command[0].ToString()),
            ("observation", wanted.IsPerJointEntity ? null : wanted.Observation[0].ToString()),
            ("index", "auto"),
            ("alignment", "auto"),
            ("observationDelayNs", 0),
            ("unit", wanted.Unit),
            ("outputEntity", wanted.OutputEntity.ToString()),
            ("perJoint", false));
    }

    public SchemaMatch Match(Schema schema, CanonicalJson parameters)
    {
        var wanted = TrackingErrorParameters.Parse(parameters);
        return Mismatch(schema, wanted) is { } mismatch ? new(mismatch) : SchemaMatch.Yes;
    }

    public bool Reads(Field column, CanonicalJson parameters)
    {
        var wanted = TrackingErrorParameters.Parse(parameters);
        return SchemaColumns.ColumnOf(column) is { } found && LoggedColumns.Reads(found, [.. wanted.Command, .. wanted.Observation]);
    }

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        var parameters = TrackingErrorParameters.Parse(request.Parameters);
        if (Mismatch(request.Inputs[0].Schema, parameters) is { } mismatch)
        {
            return Skip(SkipReasons.SchemaMismatch, mismatch);
        }

        var (series, skip) = PairedSeries.Read(request, parameters.Joints, needsSeconds: false);
        if (series is null)
        {
            return skip!;
        }

        var joints = parameters.Joints;
        var aligned = RowAlignment.Align(
            series.Commands,
            series.Observations,
            parameters.Alignment.Choice,
            parameters.Alignment.Limit,
            parameters.ObservationDelayNs,
            (column, instance) => joints.PeriodOf(joints.CommandJoints, column, instance),
            (column, instance) => joints.PeriodOf(joints.ObservationJoints, column, instance));
        return Compare(request, parameters, series, aligned, cancellationToken);
    }

    private static string? Mismatch(Schema schema, TrackingErrorParameters wanted) =>
        PairedSeries.Mismatch(schema, wanted.Joints, needsFloats: wanted.Alignment.Choice == AlignmentChoice.Linear);

    private Derivation Compare(
        DerivationRequest request, TrackingErrorParameters parameters, PairedSeries series, AlignedRows aligned, CancellationToken cancellationToken)
    {
        var drops = new DropCounts();
        drops.Add(DropReasons.SupersededAtSameTime, series.Observations[0].Superseded);
        var joints = parameters.Joints;
        var command = JointSide.Of(aligned.Commands, Instances(joints, joints.CommandJoints), joints.IsPerJointEntity);
        var observation = JointSide.Of(aligned.Observations, Instances(joints, joints.ObservationJoints), joints.IsPerJointEntity);
        var comparable = ComparableRows.Find(command, observation, drops);
        if (comparable.Joints > 0 && WrongLength(parameters, comparable.Joints) is { } wrong)
        {
            return new Derivation.Skipped(SkipReasons.NoComparableRows, wrong, drops.ToList());
        }

        var rows = TrackingErrorRows.Compute(
            aligned.Times.Span,
            command,
            observation,
            comparable,
            joints.Periods(comparable.Joints),
            parameters.Weights.AsSpan(),
            ErrorUnit.Period(joints.Unit),
            parameters.WritePerJoint,
            drops,
            cancellationToken);
        return rows.Errors.Length == 0
            ? new Derivation.Skipped(SkipReasons.NoComparableRows, WhyNotComparable(aligned, comparable, drops, drops[DropReasons.NonFinite] > 0 ? NeverFiniteJoints.Advice(joints, command, observation, comparable) : null), drops.ToList())
            : Write(request, parameters, series.Index, aligned, rows, drops);
    }

    private static int[]? Instances(JointPairing joints, JointSelection side) => joints.IsPerJointEntity ? null : side.Instances?.ToArray();

    private static string? WrongLength(TrackingErrorParameters parameters, int joints) =>
        parameters.Joints.Wrap.Length > 1 && parameters.Joints.Wrap.Length != joints
            ? $"wrap tells of {parameters.Joints.Wrap.Length} joints, {joints} are compared; tell one flag a joint, or one for all"
        : parameters.Weights.Length > 0 && parameters.Weights.Length != joints
            ? $"weights tells of {parameters.Weights.Length} joints, {joints} are compared; tell one number a joint"
        : null;

    private static string WhyNotComparable(AlignedRows aligned, ComparableRows comparable, DropCounts drops, string? neverFinite)
    {
        var counts = string.Join(", ", drops.ToList().Select(d => $"{d.Reason} {d.Count}"));
        var advice = comparable.Unequal is { } unequal ? JointAdvice(unequal.Command, unequal.Observation)
            : neverFinite is not null ? neverFinite
            : drops[DropReasons.CommandTooOld] > 0 ? $"commands are older than {aligned.Rule.Limit} when observed; allow more with `--set maxAgeNs=N`"
            : drops[DropReasons.CommandTooFar] > 0 ? $"commands are farther away than {aligned.Rule.Limit} when observed; allow more with `--set {AlignmentParameters.LimitOf(aligned.Rule.Method)?.Parameter}=N`"
            : drops[DropReasons.NoCommand] > 0 && aligned.Rule.Method == AlignmentMethod.Exact ? "no command at the time of an observation; try `--set alignment=latest_at`"
            : "no row of the observation could be compared";
        return $"{advice} (dropped of {aligned.Times.Length} rows: {counts})";
    }

    private static string JointAdvice(int command, int observation)
    {
        var fewer = Math.Min(command, observation);
        var more = command > observation ? "command" : "observation";
        return command == observation
            ? $"command and observation have {command} instances, fewer than the joints selected; to compare them all: `--set joints={(command == 1 ? "0" : $"0..{command - 1}")}`"
            : $"command has {command} instances, observation {observation}; if the last of {more} {(Math.Abs(command - observation) == 1 ? "is a gripper" : "are no joints")}: `--set joints=0..{fewer - 1}`";
    }

    private Derivation.Derived Write(
        DerivationRequest request,
        TrackingErrorParameters parameters,
        (string Name, TimelineKind Kind) index,
        AlignedRows aligned,
        TrackingErrorRows rows,
        DropCounts drops)
    {
        var statistics = ErrorStatistics.Of(rows.Errors, rows.SumsOfSquares);
        var provenance = LayerFile.Provenance(request, this, rows.Errors.Length, drops);
        var json = DerivedLayer.Json(provenance);
        var layer = new DerivedLayer(DerivedIds.After(request.Inputs, request.Segment, json, rows.Times, rows.Errors));
        layer.AddScalars(parameters.OutputEntity, index.Name, index.Kind, rows.Times, rows.Errors, 1);
        if (parameters.WritePerJoint)
        {
            layer.AddScalars(parameters.OutputEntity.Append(JointsPart), index.Name, index.Kind, rows.Times, rows.JointErrors, rows.SumsOfSquares.Length);
        }

        layer.AddProperty(request.OutputLayer, [.. Properties(parameters, index.Name, aligned, statistics, rows, drops)]);
        layer.AddProvenance(request.OutputLayer, json);
        return LayerFile.Write(request, layer, provenance, LayerFile.DerivedOutcome);
    }

    private static IEnumerable<(string, IArrowArray)> Properties(
        TrackingErrorParameters parameters, string index, AlignedRows aligned, ErrorStatistics statistics, TrackingErrorRows rows, DropCounts drops)
    {
        yield return ("mean", DoubleArray.From([statistics.Mean]));
        yield return ("p95", DoubleArray.From([statistics.P95]));
        yield return ("max", DoubleArray.From([statistics.Max]));
        yield return ("rms_per_joint", DoubleArray.From(statistics.RmsPerJoint.AsSpan()));
        yield return ("joints", StringArray.From([.. Enumerable.Range(0, statistics.RmsPerJoint.Length).Select(parameters.Joints.JointName)]));
        yield return ("worst_joint", StringArray.From(parameters.Joints.JointName(statistics.WorstJoint)));
        yield return (TrackingProperty.RowsUsed, Int64Array.From([rows.Errors.Length]));
        yield return (TrackingProperty.RowsDropped, Int64Array.From([drops.Rows]));
        yield return ("rows_superseded", Int64Array.From([drops[DropReasons.SupersededAtSameTime]]));
        yield return (TrackingProperty.Unit, StringArray.From(parameters.Unit));
        yield return ("index", StringArray.From(index));
        yield return ("alignment", StringArray.From(AlignmentParameters.NameOf(aligned.Rule.Method)));
        if (AlignmentParameters.LimitOf(aligned.Rule.Method) is { } limit)
        {
            yield return (limit.Component, Int64Array.From([aligned.Rule.Limit]));
        }

        if (parameters.Weights.Length > 0)
        {
            yield return ("weights", DoubleArray.From(parameters.Weights.AsSpan()));
        }

        if (rows.PossibleWraps.Any)
        {
            yield return (TrackingProperty.Warnings, StringArray.From(PossibleWrapWarning));
            yield return (PossibleWrapRows, Int64Array.From(rows.PossibleWraps.Rows));
        }
    }

    private static Derivation.Skipped Skip(string reason, string detail) => new(reason, detail, []);
}

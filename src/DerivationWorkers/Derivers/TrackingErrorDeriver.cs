using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>How far the measured joints are from the commanded ones: the L2 norm a row, and what it comes to. Source: DESIGN §7.</summary>
public sealed class TrackingErrorDeriver : IDeriver
{
    public const string DeriverName = "tracking_error";

    private const string CommandOption = "--set command=";
    private const string ObservationOption = "--set observation=";
    private const string JointsPart = "joints";

    public string Name => DeriverName;

    public int Version => 1;

    public string? RefuseParameters(CanonicalJson parameters)
    {
        try
        {
            TrackingErrorParameters.Parse(parameters);
            return null;
        }
        catch (ParameterException refused)
        {
            return refused.Message;
        }
    }

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
        return SchemaColumns.ColumnOf(column) is { } found && (wanted.Command.Contains(found) || wanted.Observation.Contains(found));
    }

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        var parameters = TrackingErrorParameters.Parse(request.Parameters);
        if (Mismatch(request.Inputs[0].Schema, parameters) is { } mismatch)
        {
            return Skip(SkipReasons.SchemaMismatch, mismatch);
        }

        var columns = parameters.SelectedCommand.Concat(parameters.SelectedObservation).ToList();
        var chunks = columns.ConvertAll(column => LoggedColumns.ChunksOf(request.Inputs, column));
        for (var i = 0; i < columns.Count; i++)
        {
            if (LoggedColumns.WhyNoRows(columns[i], chunks[i]) is { } why)
            {
                return Skip(SkipReasons.NoData, why);
            }
        }

        var (index, refusal) = IndexChoice.Choose(chunks, parameters.Index);
        if (index is not { } chosen)
        {
            return Skip(SkipReasons.NoCommonIndex, refusal);
        }

        var commands = Series(parameters.SelectedCommand, chunks, 0, chosen, keepNulls: false);
        var observations = Series(parameters.SelectedObservation, chunks, commands.Count, chosen, keepNulls: true);
        var aligned = RowAlignment.Align(commands, observations, parameters.Alignment, parameters.MaxAgeNs, parameters.ObservationDelayNs);
        return Compare(request, parameters, chosen, commands, observations, aligned, cancellationToken);
    }

    /// <summary>Of both sides at once: who mends the one only to hear of the other has declared in vain.</summary>
    private static string? Mismatch(Schema schema, TrackingErrorParameters wanted)
    {
        var observed = SchemaColumns.Mismatch(schema, wanted.Observation, ObservationOption, isCommand: false, taken: []);
        var command = SchemaColumns.Mismatch(schema, wanted.Command, CommandOption, isCommand: true, taken: observed is null ? wanted.Observation : []);
        IReadOnlyList<EntityColumn> commanded = command is null ? wanted.Command : command.Try is { } advice ? [advice.Column] : [];
        var observation = observed is null ? null : SchemaColumns.Mismatch(schema, wanted.Observation, ObservationOption, isCommand: false, commanded);
        if (command is not null && observation is not null && JointPairs.Advice(SchemaColumns.JointsOf(schema)) is { } pairs)
        {
            return $"{command.Found}; {observation.Found}; {pairs}";
        }

        return command is null || observation is null ? (command ?? observation)?.ToString() : $"{command}; {observation}";
    }

    /// <param name="keepNulls">Of the first one, whose rows are the rows of the result.</param>
    private static List<JointSeries> Series(
        IReadOnlyList<EntityColumn> columns, List<IReadOnlyList<Chunk>> chunks, int from, (string Name, TimelineKind Kind) index, bool keepNulls) =>
        [.. columns.Select((column, i) => JointSeries.Of(LoggedColumns.RowsOf(chunks[from + i], column, index), keepNulls && i == 0))];

    private Derivation Compare(
        DerivationRequest request,
        TrackingErrorParameters parameters,
        (string Name, TimelineKind Kind) index,
        List<JointSeries> commands,
        List<JointSeries> observations,
        AlignedRows aligned,
        CancellationToken cancellationToken)
    {
        var drops = new DropCounts();
        drops.Add(DropReasons.SupersededAtSameTime, observations[0].Superseded);
        var command = Side(commands, aligned.Commands, parameters, parameters.CommandJoints);
        var observation = Side(observations, aligned.Observations, parameters, parameters.ObservationJoints);
        var comparable = ComparableRows.Find(command, observation, drops);
        if (comparable.Joints > 0 && parameters.Wrap.Length > 1 && parameters.Wrap.Length != comparable.Joints)
        {
            return new Derivation.Skipped(
                SkipReasons.NoComparableRows, $"wrap tells of {parameters.Wrap.Length} joints, {comparable.Joints} are compared; tell one flag a joint, or one for all", drops.ToList());
        }

        var rows = TrackingErrorRows.Compute(
            aligned.Times, command, observation, comparable, parameters.Periods(comparable.Joints), parameters.WritePerJoint, drops, cancellationToken);
        return rows.Errors.Length == 0
            ? new Derivation.Skipped(SkipReasons.NoComparableRows, WhyNotComparable(aligned, comparable, drops), drops.ToList())
            : Write(request, parameters, index, aligned, rows, drops);
    }

    private static JointSide Side(List<JointSeries> series, CellRef[][] cells, TrackingErrorParameters parameters, JointSelection selection) => new(
        [.. series.Select(s => s.Blocks)], cells, parameters.IsPerJointEntity ? null : selection.Instances?.ToArray(), parameters.IsPerJointEntity);

    private static string WhyNotComparable(AlignedRows aligned, ComparableRows comparable, DropCounts drops)
    {
        var counts = string.Join(", ", drops.ToList().Select(d => $"{d.Reason} {d.Count}"));
        var advice = comparable.Unequal is { } unequal ? JointAdvice(unequal.Command, unequal.Observation)
            : drops[DropReasons.CommandTooOld] > 0 ? $"commands are older than {aligned.MaxAge} when observed; allow more with `--set maxAgeNs=N`"
            : drops[DropReasons.NoCommand] > 0 && aligned.IsExact ? "no command at the time of an observation; try `--set alignment=latest_at`"
            : "no row of the observation could be compared";
        return $"{advice} (dropped of {aligned.Times.Length} rows: {counts})";
    }

    private static string JointAdvice(int command, int observation)
    {
        var fewer = Math.Min(command, observation);
        var more = command > observation ? "command" : "observation";
        return command == observation
            ? $"command and observation have {command} instances, fewer than the joints selected"
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
        yield return ("joints", StringArray.From([.. Enumerable.Range(0, statistics.RmsPerJoint.Length).Select(parameters.JointName)]));
        yield return ("worst_joint", StringArray.From(parameters.JointName(statistics.WorstJoint)));
        yield return (TrackingProperty.RowsUsed, Int64Array.From([rows.Errors.Length]));
        yield return (TrackingProperty.RowsDropped, Int64Array.From([drops.Rows]));
        yield return ("rows_superseded", Int64Array.From([drops[DropReasons.SupersededAtSameTime]]));
        yield return (TrackingProperty.Unit, StringArray.From(parameters.Unit));
        yield return ("index", StringArray.From(index));
        yield return ("alignment", StringArray.From(aligned.IsExact ? "exact" : "latest_at"));
        if (aligned.MaxAge is { } maxAge)
        {
            yield return ("max_age_ns", Int64Array.From([maxAge]));
        }
    }

    private static Derivation.Skipped Skip(string reason, string detail) => new(reason, detail, []);
}

using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>Command and observation over time on the index that they share, as every deriver that compares the two reads them. Source: DESIGN §7.</summary>
/// <param name="Commands">One a selected column.</param>
/// <param name="Observations">As many; the first keeps its nulls, since its rows are the rows of the result.</param>
internal sealed record PairedSeries((string Name, TimelineKind Kind) Index, IReadOnlyList<JointSeries> Commands, IReadOnlyList<JointSeries> Observations)
{
    private const string CommandOption = "--set command=";
    private const string ObservationOption = "--set observation=";

    /// <param name="needsSeconds">Whether a sequence will not do as index.</param>
    /// <returns>The series, or why there are none.</returns>
    public static (PairedSeries? Series, Derivation.Skipped? Skip) Read(DerivationRequest request, JointPairing joints, bool needsSeconds)
    {
        var columns = joints.SelectedCommand.Concat(joints.SelectedObservation).ToList();
        var chunks = columns.ConvertAll(column => LoggedColumns.ChunksOf(request.Inputs, column));
        for (var i = 0; i < columns.Count; i++)
        {
            if (LoggedColumns.WhyNoRows(columns[i], chunks[i]) is { } why)
            {
                return (null, new(SkipReasons.NoData, why, []));
            }
        }

        var (index, refusal) = IndexChoice.Choose(chunks, joints.Index, needsSeconds);
        if (index is not { } chosen)
        {
            return (null, new(SkipReasons.NoCommonIndex, refusal, []));
        }

        var all = LoggedColumns.AllOf(request.Inputs).ToList();
        return (new(chosen, Series(joints.SelectedCommand, all, chosen, keepNulls: false), Series(joints.SelectedObservation, all, chosen, keepNulls: true)), null);
    }

    /// <summary>Where lines are drawn between rows, a row of nothing is none.</summary>
    public PairedSeries WithoutNulls() => this with { Observations = [.. Observations.Select(o => o.WithoutNulls())] };

    /// <summary>Of both sides at once: who mends the one only to hear of the other has declared in vain.</summary>
    /// <param name="needsFloats">Whether counts will not do, as for <see cref="AlignmentMethod.Linear"/>.</param>
    /// <returns>Null: both are there.</returns>
    public static string? Mismatch(Schema schema, JointPairing wanted, bool needsFloats)
    {
        var observed = SchemaColumns.Mismatch(schema, wanted.Observation, ObservationOption, isCommand: false, taken: []);
        var command = SchemaColumns.Mismatch(schema, wanted.Command, CommandOption, isCommand: true, taken: observed is null ? wanted.Observation : []);
        IReadOnlyList<EntityColumn> commanded = command is null ? wanted.Command : command.Try is { } advice ? [advice.Column] : [];
        var observation = observed is null ? null : SchemaColumns.Mismatch(schema, wanted.Observation, ObservationOption, isCommand: false, commanded);
        if (command is not null && observation is not null && JointPairs.Advice(SchemaColumns.JointsOf(schema)) is { } pairs)
        {
            return $"{command.Found}; {observation.Found}; {pairs}";
        }

        return command is not null && observation is not null ? $"{command}; {observation}"
            : (command ?? observation) is { } one ? one.ToString()
            : needsFloats ? NoFloats(schema, [.. wanted.SelectedCommand, .. wanted.SelectedObservation])
            : null;
    }

    private static string? NoFloats(Schema schema, List<EntityColumn> columns) =>
        SchemaColumns.Of(schema).FirstOrDefault(c => columns.Contains(c.Column) && !JointCells.IsFloats(c.Field.DataType)) is { Column: not null } counts
            ? $"{counts.Column} is {counts.Field.DataType}; expected lists of floats, since between two counts lies no number that was measured; try `--set alignment=latest_at` or `--set alignment=nearest`"
            : null;

    /// <param name="keepNulls">Of the first one.</param>
    private static List<JointSeries> Series(
        IReadOnlyList<EntityColumn> columns, List<Chunk> chunks, (string Name, TimelineKind Kind) index, bool keepNulls) =>
        [.. columns.Select((column, i) => JointSeries.Of(chunks, column, index, keepNulls && i == 0))];
}

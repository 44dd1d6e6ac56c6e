using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>How regularly each stream of a recording was logged: rate, largest gap, frames that are missing, times that come twice or go back. Only times are looked at. Source: <see cref="GapStatistics"/>.</summary>
public sealed class GapsDeriver : IDeriver
{
    public const string DeriverName = "gaps";

    private const double NsPerSecond = 1e9;
    private const double NsPerMs = 1e6;

    public string Name => DeriverName;

    public int Version => 2;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(GapsParameters.Parse, parameters);

    public CanonicalJson WithDefaults(CanonicalJson parameters) => ParameterDefaults.Add(parameters, ("index", "auto"));

    /// <summary>An entity may lie in any of the inputs, and this is the schema of one.</summary>
    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => SchemaMatch.Yes;

    public bool Reads(Field column, CanonicalJson parameters)
    {
        ArgumentNullException.ThrowIfNull(column);
        var entities = GapsParameters.Parse(parameters).Entities;
        return SchemaColumns.ColumnOf(column) is { } found && (entities.IsEmpty ? StreamColumn.IsSignal(column, found) : entities.Any(e => e.Covers(found)));
    }

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = GapsParameters.Parse(request.Parameters);
        if (Missing(request.Inputs, parameters) is { } missing)
        {
            return Skip(SkipReasons.SchemaMismatch, missing);
        }

        var streams = Streams(request.Inputs, parameters);
        if (streams.Find(stream => stream.Chunks.Any(chunk => chunk.IsStatic)) is { } still)
        {
            return Skip(SkipReasons.NoData, $"{still.Name} is static: it has no time, and hides what is logged over time; leave it out of entities");
        }

        var logged = streams.Where(stream => stream.Chunks.Count > 0).Select(stream => stream.Chunks).ToList();
        if (logged.Count == 0)
        {
            return Skip(SkipReasons.NoData, streams.Count == 0 ? "no column of numbers has rows over time" : $"no rows of {string.Join(", ", streams.Select(s => s.Name))}");
        }

        var (index, refusal) = IndexChoice.Choose(logged, parameters.Index, needsSeconds: true);
        if (index is not { } chosen)
        {
            return Skip(SkipReasons.NoCommonIndex, refusal);
        }

        var statistics = streams.Select((stream, i) => GapStatistics.Of(stream.TimesAsLogged(chosen, cancellationToken), parameters.ExpectedHzOf(i), cancellationToken)).ToList();
        return statistics.TrueForAll(s => s.DistinctTimes < 2)
            ? Skip(SkipReasons.NoComparableRows, $"no entity has rows at two different times on {chosen.Name}: {string.Join(", ", streams.Select((s, i) => $"{s.Name} {statistics[i].Rows}"))}")
            : Write(request, [.. streams.Select(s => s.Name)], chosen.Name, statistics);
    }

    private Derivation.Derived Write(DerivationRequest request, string[] names, string index, List<GapStatistics> each)
    {
        var dropped = each.Sum(s => s.DroppedFrames);
        var widest = each.MaxBy(s => double.IsNaN(s.MaxGapNs) ? -1 : s.MaxGapNs)!;
        var rows = each.Sum(s => s.Rows);
        return new PropertyValues()
            .Number("max_ms", widest.MaxGapNs / NsPerMs)
            .Text("worst_entity", names[each.IndexOf(widest)])
            .Number("max_intervals", each.Max(s => s.MaxGapNs / s.ExpectedNs is var ratio && double.IsNaN(ratio) ? 0 : ratio))
            .Count("dropped_frames", (long)dropped)
            .Number("dropped_fraction", dropped / (dropped + each.Sum(s => s.DistinctTimes)))
            .Count("duplicate_times", each.Sum(s => s.DuplicateTimes))
            .Count("backward_times", each.Sum(s => s.BackwardTimes))
            .Texts("entities", names)
            .Counts("rows_per_entity", [.. each.Select(s => s.Rows)])
            .Numbers("rate_hz_per_entity", [.. each.Select(s => s.RateHz)])
            .Numbers("expected_hz_per_entity", [.. each.Select(s => NsPerSecond / s.ExpectedNs)])
            .Numbers("max_ms_per_entity", [.. each.Select(s => s.MaxGapNs / NsPerMs)])
            .CountsOrNull("max_start_ns_per_entity", [.. each.Select(s => s.MaxGapStartNs)])
            .Counts("dropped_frames_per_entity", [.. each.Select(s => (long)s.DroppedFrames)])
            .Counts("duplicate_times_per_entity", [.. each.Select(s => s.DuplicateTimes)])
            .Counts("backward_times_per_entity", [.. each.Select(s => s.BackwardTimes)])
            .Count(TrackingProperty.RowsUsed, rows)
            .Text("index", index)
            .Write(request, this, rows, new());
    }

    /// <summary>In words which of the entities that the rule names no input has.</summary>
    private static string? Missing(IReadOnlyList<InputLayer> inputs, GapsParameters parameters)
    {
        var columns = inputs.SelectMany(input => SchemaColumns.Of(input.Schema)).Select(c => c.Column).ToHashSet();
        var missing = parameters.Entities.Where(entity => !columns.Any(entity.Covers)).ToList();
        return missing.Count == 0 ? null
            : $"{missing[0]} not in the recording{(missing.Count > 1 ? $" (and {missing.Count - 1} more)" : "")}; name others with `--set entities=[\"/PATH\"]`, or none for all signals";
    }

    private static List<LoggedStream> Streams(IReadOnlyList<InputLayer> inputs, GapsParameters parameters)
    {
        if (!parameters.Entities.IsEmpty)
        {
            return [.. parameters.Entities.Select(entity => LoggedStream.Of(inputs, entity))];
        }

        var signals = inputs.SelectMany(input => SchemaColumns.Of(input.Schema)).Where(c => StreamColumn.IsSignal(c.Field, c.Column)).Select(c => c.Column).Distinct();
        return [.. signals.Select(column => LoggedStream.Of(inputs, new(column.Entity, column.Component)))
            .Where(stream => stream.Chunks.Count > 0 && !stream.Chunks.Any(chunk => chunk.IsStatic))
            .OrderBy(stream => stream.Name, StringComparer.Ordinal)];
    }

    private static Derivation.Skipped Skip(string reason, string detail) => new(reason, detail, []);
}

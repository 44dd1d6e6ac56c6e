using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Reads what rules come to over all segments of a dataset. A dataset's decisions are held at once: some hundred bytes for each rule and segment.</summary>
public sealed class DatasetDerivations(Catalog catalog)
{
    /// <param name="entry">Also a pin or a moment: then as it was.</param>
    /// <param name="rule">Null: all that stand. One that was retired is told as it was last declared.</param>
    internal async Task<DerivationFacts> ReadAsync(DatasetEntry entry, string? rule, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var (dataset, asOf) = (entry.Source, entry.AsOf);
        var rules = rule is null
            ? await models.Rules.ReadAsync(dataset, asOf, cancellationToken)
            : [await RequireRuleAsync(models, entry, rule, cancellationToken)];
        var table = await models.Segments.ReadAsync(dataset, new TableQuery(AsOf: asOf) { Columns = ["rerun_segment_id", "rerun_layer_names"] }, cancellationToken);
        return new(
            rules,
            LayersOf(table),
            await models.Evaluations.ReadAsync(dataset, segment: null, asOf, cancellationToken),
            await models.Work.OpenAsync(dataset, asOf, cancellationToken),
            await models.Rules.ReadSuppressionsAsync(dataset, asOf, cancellationToken));
    }

    /// <returns>Its last revision.</returns>
    /// <exception cref="OperationException">There never was such a rule; the message names those there are.</exception>
    internal static async Task<RuleRow> RequireRuleAsync(IReadModels models, DatasetEntry entry, string rule, CancellationToken cancellationToken)
    {
        var revisions = await models.Rules.ReadRevisionsAsync(entry.Source, entry.AsOf, cancellationToken);
        return revisions.LastOrDefault(r => r.Rule == rule) ?? throw NoRule(entry.Name, rule, revisions.Where(r => r.UntilPosition is null).Select(r => r.Rule));
    }

    internal static OperationException NoRule(string dataset, string rule, IEnumerable<string> standing)
    {
        var names = standing.Select(r => $"'{r}'").ToList();
        return new(
            OperationErrors.NotFound,
            $"dataset '{dataset}' has no rule '{rule}'; {(names.Count == 0 ? "it has none" : $"it has: {string.Join(", ", names)}")}",
            $"strata rule list {ShellWord.Of(dataset)}");
    }

    private static Dictionary<string, IReadOnlySet<string>> LayersOf(RecordBatch table)
    {
        var segments = (StringArray)table.Column("rerun_segment_id");
        var layers = (ListArray)table.Column("rerun_layer_names");
        var names = (StringArray)layers.Values;
        var found = new Dictionary<string, IReadOnlySet<string>>(table.Length, StringComparer.Ordinal);
        for (var row = 0; row < table.Length; row++)
        {
            var (start, end) = (layers.ValueOffsets[row], layers.ValueOffsets[row + 1]);
            found.Add(segments.GetString(row)!, Enumerable.Range(start, end - start).Select(i => names.GetString(i)!).ToHashSet(StringComparer.Ordinal));
        }

        return found;
    }
}

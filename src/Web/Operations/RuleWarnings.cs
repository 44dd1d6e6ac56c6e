using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What does not forbid a rule and is probably a mistake all the same: a name of a property, or an input layer, that no recording has and no rule writes; or a unit in which another rule does not read what this one writes. And what could not be checked.</summary>
public sealed class RuleWarnings(IRuleDerivers derivers, Catalog catalog)
{
    private const string PropertyColumn = "property:";
    private const string SegmentColumn = "rerun_segment_id";

    /// <param name="definition">As it is declared.</param>
    /// <param name="written">What other rules of the dataset write; null: of one nobody knows it.</param>
    /// <param name="others">Rules of the dataset that stand beside it.</param>
    /// <returns>In sentences.</returns>
    public async Task<IReadOnlyList<string>> OfAsync(
        DatasetId dataset, RuleDefinition definition, IEnumerable<RuleOutputs?> written, IReadOnlyCollection<RuleDefinition> others, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var table = await models.Segments.ReadSchemaAsync(dataset, asOf: null, cancellationToken);
        var columns = new ExpressionColumns([.. table.FieldsList.Where(f => f.Name.StartsWith(PropertyColumn, StringComparison.Ordinal)).Select(ArrowCells.ColumnOf)]);
        return
        [
            .. await OfInputsAsync(models, dataset, definition, [.. others.Select(o => o.OutputLayer)], cancellationToken),
            .. others.SelectMany(o => new[] { RuleUnits.Clash(derivers, definition, o), RuleUnits.Clash(derivers, o, definition) }).OfType<string>(),
            .. await CountAsync(models.Segments, dataset, layers: null, cancellationToken) == 0
                ? OfUncheckedNames(definition)
                : derivers.WarnOfNames(definition.Deriver, definition.Parameters, columns, [.. written.OfType<RuleOutputs>().SelectMany(o => o.Properties)]),
        ];
    }

    /// <summary>There is nothing yet that its names could be looked up in.</summary>
    private IReadOnlyList<string> OfUncheckedNames(RuleDefinition definition) => derivers.WarnOfNames(definition.Deriver, definition.Parameters, new([]), []).Count > 0
        ? ["names: the dataset has no segment yet, so the names of properties in the parameters are not checked"]
        : [];

    /// <summary>Of a dataset in which nothing is registered yet, each layer may still come.</summary>
    private static async Task<IReadOnlyList<string>> OfInputsAsync(
        IReadModels models, DatasetId dataset, RuleDefinition definition, IReadOnlyCollection<string> derived, CancellationToken cancellationToken)
    {
        var absent = new List<string>();
        foreach (var input in definition.Inputs.Where(i => !derived.Contains(i)))
        {
            if (await CountAsync(models.Segments, dataset, [input], cancellationToken) == 0)
            {
                absent.Add($"input: no segment has a layer '{input}', and no rule writes one; the rule waits until somebody registers it");
            }
        }

        return absent.Count > 0 && await CountAsync(models.Segments, dataset, layers: null, cancellationToken) == 0 ? [] : absent;
    }

    private static async Task<int> CountAsync(ITable segments, DatasetId dataset, string[]? layers, CancellationToken cancellationToken) =>
        (await segments.ReadAsync(dataset, new TableQuery { Columns = [SegmentColumn], Layers = layers }, cancellationToken)).Length;
}

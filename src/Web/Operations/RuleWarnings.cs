using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What does not forbid a rule and is probably a mistake all the same: a name of a property that no recording has and no rule writes.</summary>
public sealed class RuleWarnings(IRuleDerivers derivers, Catalog catalog)
{
    private const string PropertyColumn = "property:";

    /// <param name="definition">As it is declared.</param>
    /// <param name="written">What other rules of the dataset write; null: of one nobody knows it.</param>
    /// <returns>In sentences.</returns>
    public async Task<IReadOnlyList<string>> OfAsync(DatasetId dataset, RuleDefinition definition, IEnumerable<RuleOutputs?> written, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var table = await (await catalog.CaughtUpAsync(cancellationToken)).Segments.ReadSchemaAsync(dataset, asOf: null, cancellationToken);
        var columns = new ExpressionColumns([.. table.FieldsList.Where(f => f.Name.StartsWith(PropertyColumn, StringComparison.Ordinal)).Select(ArrowCells.ColumnOf)]);
        return derivers.WarnOfNames(definition.Deriver, definition.Parameters, columns, [.. written.OfType<RuleOutputs>().SelectMany(o => o.Properties)]);
    }
}

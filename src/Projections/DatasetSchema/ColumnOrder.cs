using Strata.Arrow;

namespace Strata.Projections.DatasetSchema;

/// <summary>
/// The columns of one recording as Rerun's server lists them: row id, indexes, components, properties, each in the order of the recording's own schema, which is
/// by name. What a later recording adds comes behind them. Source: catalog-protocol §2.11.
/// </summary>
internal static class ColumnOrder
{
    private const string KindKey = "rerun:kind";
    private const string PropertyPrefix = "property:";

    public static Schema Of(Schema recording) => new([.. recording.FieldsList.OrderBy(Rank)], recording.Metadata);

    private static int Rank(Field field) => field.Metadata?.GetValueOrDefault(KindKey) switch
    {
        "control" => 0,
        "index" => 1,
        _ => field.Name.StartsWith(PropertyPrefix, StringComparison.Ordinal) ? 3 : 2,
    };
}

using Strata.Arrow;

namespace Strata.Projections.DatasetSchema;

/// <summary>
/// The columns of one recording as Rerun's server lists them: row id, indexes by name, components, properties. Components and properties lie by entity path, then
/// those without an archetype, then by archetype and component name. What a later recording adds comes behind them. Source: catalog-protocol §2.11, and Rerun's
/// server 0.41 asked.
/// </summary>
internal static class ColumnOrder
{
    private const string KindKey = "rerun:kind";
    private const string ArchetypeKey = "rerun:archetype";
    private const string ComponentKey = "rerun:component";
    private const string PropertyPrefix = "property:";

    private const int RowId = 0;
    private const int Index = 1;
    private const int Component = 2;
    private const int Property = 3;

    public static Schema Of(Schema recording)
    {
        var columns = recording.FieldsList.Select(Place.Of).ToArray();
        Array.Sort(columns, Place.Compare);
        return new([.. columns.Select(column => column.Field)], recording.Metadata);
    }

    private sealed record Place(Field Field, int Group, IReadOnlyList<string> EntityPath, string? Archetype, string Component)
    {
        public static Place Of(Field field)
        {
            var group = GroupOf(field);
            return group is ColumnOrder.Component or Property
                ? new(field, group, EntityPathOrder.PartsOf(field.Metadata?.GetValueOrDefault(ColumnMetadata.EntityPath) ?? ""),
                    field.Metadata?.GetValueOrDefault(ArchetypeKey), field.Metadata?.GetValueOrDefault(ComponentKey) ?? field.Name)
                : new(field, group, [], null, field.Name);
        }

        public static int Compare(Place left, Place right)
        {
            var order = left.Group - right.Group;
            order = order != 0 ? order : EntityPathOrder.Compare(left.EntityPath, right.EntityPath);
            order = order != 0 ? order : string.CompareOrdinal(left.Archetype, right.Archetype);
            return order != 0 ? order : string.CompareOrdinal(left.Component, right.Component);
        }
    }

    private static int GroupOf(Field field) => field.Metadata?.GetValueOrDefault(KindKey) switch
    {
        "control" => RowId,
        "index" => Index,
        _ => field.Name.StartsWith(PropertyPrefix, StringComparison.Ordinal) ? Property : Component,
    };
}

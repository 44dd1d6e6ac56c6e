using System.Text.Json;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What is logged again and again, and so can have gaps: a component of an entity, or an entity by whichever of its components has most rows.</summary>
/// <param name="Component">Null: whichever has most rows.</param>
public sealed record StreamColumn(EntityPath Entity, string? Component)
{
    private const string OwnArchetypes = "rerun.archetypes.";

    /// <summary>
    /// Rerun's archetypes that hold a few numbers a row. Of its others a row may be an image or a cloud of points, too much to load only to look at its time;
    /// they are looked at when a rule names them.
    /// </summary>
    private static readonly string[] SmallArchetypes = ["rerun.archetypes.Scalars", "rerun.archetypes.Transform3D"];

    /// <summary>The entity alone where the component is that of scalars, so that names of streams are what a rule may say.</summary>
    public override string ToString() => Component is null or EntityColumn.DefaultComponent ? Entity.ToString() : $"{Entity}:{Component}";

    /// <summary>Whether a column of a recording's schema is looked at when no rule names any: numbers over time, few in a row.</summary>
    internal static bool IsSignal(Field column, EntityColumn named) =>
        !named.Entity.IsProperty
        && JointCells.IsJoints(column.DataType)
        && !column.Metadata.ContainsKey(SorbetKeys.IsStatic)
        && (!column.Metadata.TryGetValue(SorbetKeys.Archetype, out var archetype) || !archetype.StartsWith(OwnArchetypes, StringComparison.Ordinal) || SmallArchetypes.Contains(archetype));

    internal bool Covers(EntityColumn column) => column.Entity == Entity && (Component is null || Component == column.Component);

    internal static StreamColumn Read(ParameterReader reader, string name, JsonElement element)
    {
        var column = EntityColumn.Read(reader, name, element);
        return new(column.Entity, element.GetString()!.EndsWith($":{column.Component}", StringComparison.Ordinal) ? column.Component : null);
    }
}

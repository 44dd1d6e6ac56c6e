using System.Text.Json;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>A component of an entity: what a rule reads. Its text is the column's name in Rerun's reader, <c>/action/joint_positions:Scalars:scalars</c>.</summary>
public sealed record EntityColumn(EntityPath Entity, string Component)
{
    public const string DefaultComponent = "Scalars:scalars";

    /// <summary>Either Rerun's column name, or an entity path alone, which means its scalars.</summary>
    public static EntityColumn Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ':')
            {
                return new(EntityPath.Parse(text[..i]), i + 1 < text.Length ? text[(i + 1)..] : DefaultComponent);
            }
        }

        return new(EntityPath.Parse(text), DefaultComponent);
    }

    public override string ToString() => $"{Entity}:{Component}";

    internal static EntityColumn Read(ParameterReader reader, string name, JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : throw reader.Wrong(name, "an entity path or entity:component", element);
        var column = Parse(text);
        return column.Entity.IsRoot ? throw reader.Wrong(name, "an entity path that is not the root", element) : column;
    }
}

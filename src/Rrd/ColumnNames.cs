using System.Buffers;

namespace Strata.Rrd;

/// <summary>How Rerun names columns: in recording schemas, manifests and segment tables. Source: rrd-format §7.3, §9.2; catalog-protocol §6.4.</summary>
public static class ColumnNames
{
    /// <summary>Ends the name of a manifest column: the smallest time of a chunk.</summary>
    public const string StartSuffix = "start";

    /// <summary>Ends the name of a manifest column: the largest time of a chunk, inclusive.</summary>
    public const string EndSuffix = "end";

    /// <summary>Ends the name of a manifest column: rows in which a component is logged.</summary>
    public const string NumRowsSuffix = "num_rows";

    /// <summary>Ends the name of a manifest column: whether a chunk is static and has a component.</summary>
    public const string HasStaticDataSuffix = "has_static_data";

    private const string PropertyPrefix = "property";

    private static readonly SearchValues<char> Replaced = SearchValues.Create(", -.\\");

    /// <summary>Name in a recording schema: <c>/arm:Scalars:scalars</c>, <c>property:quality:tracking_good</c>.</summary>
    public static string Dataframe(EntityPath entityPath, string component)
    {
        ArgumentNullException.ThrowIfNull(entityPath);
        if (!entityPath.IsProperty)
        {
            return $"{entityPath}:{component}";
        }
        if (entityPath.Parts.Count == 1)
        {
            return $"{PropertyPrefix}:{component}";
        }
        var below = entityPath.ToString()[(EntityPath.Properties.ToString().Length + 1)..];
        return $"{PropertyPrefix}:{below}:{component}";
    }

    /// <summary>Name in a segment table: as <see cref="Dataframe"/>, with <c>, space - . \</c> replaced by underscores.</summary>
    public static string Property(EntityPath entityPath, string component) => Normalise(Dataframe(entityPath, component));

    /// <summary><c>real_time:Scalars:scalars:start</c>; either part may be left out.</summary>
    internal static string Manifest(string? timeline, ComponentDescriptor? component, string suffix)
    {
        var name = component?.ArchetypeShortName is { Length: > 0 } archetype ? $"{archetype}:{component.FieldName}:{suffix}"
            : component is { FieldName.Length: > 0 } ? $"{component.FieldName}:{suffix}"
            : suffix;
        return Normalise(string.IsNullOrEmpty(timeline) ? name : $"{timeline}:{name}").TrimStart('_');
    }

    private static string Normalise(string name) => name.AsSpan().ContainsAny(Replaced)
        ? string.Create(name.Length, name, static (normalised, source) => source.AsSpan().ReplaceAny(normalised, Replaced, '_'))
        : name;
}

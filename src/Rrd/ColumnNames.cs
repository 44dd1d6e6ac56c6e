using System.Text;

namespace Strata.Rrd;

/// <summary>How Rerun names columns: in recording schemas, manifests and segment tables. Source: rrd-format §7.3, §9.2; catalog-protocol §6.4.</summary>
public static class ColumnNames
{
    public const string StartSuffix = "start";
    public const string EndSuffix = "end";
    public const string NumRowsSuffix = "num_rows";
    public const string HasStaticDataSuffix = "has_static_data";

    private const string PropertyPrefix = "property";

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
        string?[] parts = [timeline, component?.ArchetypeShortName, component?.FieldName, suffix];
        return Normalise(string.Join(':', parts.Where(part => !string.IsNullOrEmpty(part)))).TrimStart('_');
    }

    private static string Normalise(string name)
    {
        var normalised = new StringBuilder(name);
        foreach (var replaced in ", -.\\")
        {
            normalised.Replace(replaced, '_');
        }
        return normalised.ToString();
    }
}

namespace Strata.Rrd;

/// <summary>
/// What a data column holds. Within an entity the component alone is the key.
/// Source: rrd-format §4.5, §7.2.
/// </summary>
/// <param name="Archetype">Full name, <c>rerun.archetypes.Scalars</c>, or null.</param>
/// <param name="Component">Identifier, <c>Scalars:scalars</c> or <c>tracking_good</c>.</param>
/// <param name="ComponentType">Full name, <c>rerun.components.Scalar</c>, or null.</param>
public sealed record ComponentDescriptor(string? Archetype, string Component, string? ComponentType) : IComparable<ComponentDescriptor>
{
    private static readonly string[] ArchetypePrefixes = ["rerun.archetypes.", "rerun.blueprint.archetypes.", "rerun."];

    /// <summary>A component of an archetype by the name of its field: <c>positions</c> of <c>rerun.archetypes.Points3D</c> is <c>Points3D:positions</c>.</summary>
    /// <param name="archetype">Full name.</param>
    /// <param name="field">Name of the field in the archetype.</param>
    /// <param name="componentType">Full name, <c>rerun.components.Position3D</c>; null when there is none.</param>
    public static ComponentDescriptor Of(string archetype, string field, string? componentType)
    {
        ArgumentException.ThrowIfNullOrEmpty(archetype);
        ArgumentException.ThrowIfNullOrEmpty(field);
        return new(archetype, $"{ShortName(archetype)}:{field}", componentType);
    }

    /// <summary>A component of no archetype, as <c>AnyValues</c> makes it.</summary>
    public static ComponentDescriptor Any(string component)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        return new(null, component, null);
    }

    /// <summary>Archetype without the prefix of Rerun's own, or null.</summary>
    public string? ArchetypeShortName => Archetype is null ? null : ShortName(Archetype);

    /// <summary>The identifier without the archetype it starts with.</summary>
    public string FieldName
    {
        get
        {
            if (ArchetypeShortName is { } shortName
                && Component.Length > shortName.Length + 1
                && Component[shortName.Length] == ':'
                && Component.StartsWith(shortName, StringComparison.Ordinal))
            {
                return Component[(shortName.Length + 1)..];
            }
            return Component;
        }
    }

    /// <summary>The name without the prefix of Rerun's own: <c>Scalars</c> of <c>rerun.archetypes.Scalars</c>. Source: rrd-format §7.2.</summary>
    public static string ShortName(string archetype)
    {
        ArgumentNullException.ThrowIfNull(archetype);
        foreach (var prefix in ArchetypePrefixes)
        {
            if (archetype.StartsWith(prefix, StringComparison.Ordinal))
            {
                return archetype[prefix.Length..];
            }
        }
        return archetype;
    }

    /// <summary>Order of a manifest's columns: archetype (none first), component, component type (none first), each ordinal. Source: rrd-format §9.2.</summary>
    public int CompareTo(ComponentDescriptor? other)
    {
        if (other is null)
        {
            return 1;
        }
        var byArchetype = string.CompareOrdinal(Archetype, other.Archetype);
        if (byArchetype != 0)
        {
            return byArchetype;
        }
        var byComponent = string.CompareOrdinal(Component, other.Component);
        return byComponent != 0 ? byComponent : string.CompareOrdinal(ComponentType, other.ComponentType);
    }

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <(ComponentDescriptor left, ComponentDescriptor right) => Compare(left, right) < 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <=(ComponentDescriptor left, ComponentDescriptor right) => Compare(left, right) <= 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >(ComponentDescriptor left, ComponentDescriptor right) => Compare(left, right) > 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >=(ComponentDescriptor left, ComponentDescriptor right) => Compare(left, right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Component;

    private static int Compare(ComponentDescriptor? left, ComponentDescriptor? right) =>
        left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}

using System.Collections.Frozen;

namespace Strata.Catalog.Reading;

/// <summary>Which entities a query wants, and of each which components. Source: catalog-protocol §2.14, §11.3.</summary>
internal sealed class ContentFilter
{
    public static readonly ContentFilter Everything = new(null);

    private readonly FrozenDictionary<string, FrozenSet<string>?>? _components;

    private ContentFilter(FrozenDictionary<string, FrozenSet<string>?>? components) => _components = components;

    /// <param name="components">By entity path; null stands for all components of the entity.</param>
    public static ContentFilter Of(IEnumerable<KeyValuePair<string, FrozenSet<string>?>> components) => new(components.ToFrozenDictionary(StringComparer.Ordinal));

    public bool WantsNothing => _components is { Count: 0 };

    public bool Wants(string entityPath) => _components is null || _components.ContainsKey(entityPath);

    public bool Wants(string entityPath, string component) =>
        _components is null || (_components.TryGetValue(entityPath, out var wanted) && (wanted is null || wanted.Contains(component)));
}

using System.Collections.Frozen;

namespace Strata.DerivationWorkers;

/// <summary>The derivers of this process by name: built in, and from outside.</summary>
/// <param name="outside">Those with a name of a built-in one are not seen.</param>
/// <param name="refused">Definitions that cannot work.</param>
public sealed class DeriverRegistry(IEnumerable<IDeriver> derivers, IEnumerable<IOutsideDeriver>? outside = null, IEnumerable<RefusedDefinition>? refused = null)
{
    private readonly FrozenDictionary<string, IDeriver> _byName = derivers.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);
    private readonly FrozenDictionary<string, IOutsideDeriver> _outside = (outside ?? []).ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _byName.Keys.Union(_outside.Keys).Order(StringComparer.Ordinal);

    public IEnumerable<IDeriver> BuiltIn => _byName.Values.OrderBy(d => d.Name, StringComparer.Ordinal);

    public IEnumerable<IOutsideDeriver> Outside => _outside.Values.Where(d => !_byName.ContainsKey(d.Name)).OrderBy(d => d.Name, StringComparer.Ordinal);

    public IReadOnlyList<RefusedDefinition> Refused { get; } = [.. refused ?? []];

    public IDeriver? Find(string name) => _byName.GetValueOrDefault(name);

    public IOutsideDeriver? FindOutside(string name) => _byName.ContainsKey(name) ? null : _outside.GetValueOrDefault(name);

    /// <summary>Why there is no deriver of this name, as far as it is known.</summary>
    public string WhyNone(string name) => Refused.FirstOrDefault(r => r.Name == name) is { } broken
        ? $"{broken.File}: {broken.Reason}"
        : $"this program does not have; it has {string.Join(", ", Names)}";
}

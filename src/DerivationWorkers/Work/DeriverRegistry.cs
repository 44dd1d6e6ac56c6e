using System.Collections.Frozen;

namespace Strata.DerivationWorkers;

/// <summary>The derivers of this program, by name.</summary>
public sealed class DeriverRegistry(IEnumerable<IDeriver> derivers)
{
    private readonly FrozenDictionary<string, IDeriver> _byName = derivers.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public IDeriver? Find(string name) => _byName.GetValueOrDefault(name);
}

using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A deriver as another version of it.</summary>
/// <param name="matches">Null: as the deriver itself.</param>
internal sealed class VersionedDeriver(IDeriver deriver, int version, bool? matches = null) : IDeriver
{
    public string Name => deriver.Name;

    public int Version => version;

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public bool Reads(Field field, CanonicalJson parameters) => deriver.Reads(field, parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => matches switch
    {
        true => SchemaMatch.Yes,
        false => new($"version {version} cannot match either"),
        null => deriver.Match(schema, parameters),
    };

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken) => matches is null && deriver.Derive(request, cancellationToken) is Derivation.Derived derived
        ? derived with { Provenance = derived.Provenance with { DeriverVersion = version } }
        : new Derivation.Skipped(SkipReasons.NoData, $"version {version} found no data", []);
}

using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;

namespace Strata.EndToEnd.Tests;

/// <summary>A deriver as another version of it, which a test may raise.</summary>
internal sealed class DeriverOfVersion(IDeriver deriver, Func<int> version) : IDeriver
{
    public string Name => deriver.Name;

    public int Version => version();

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

    public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken) => deriver.Derive(request, cancellationToken) is Derivation.Derived derived
        ? derived with { Provenance = derived.Provenance with { DeriverVersion = version() } }
        : throw new InvalidOperationException("these recordings have what it needs");
}

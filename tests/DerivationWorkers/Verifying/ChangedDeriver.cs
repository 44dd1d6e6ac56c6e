using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Gives other values and does not say so: its version was not raised.</summary>
internal sealed class ChangedDeriver(IDeriver deriver) : IDeriver
{
    private readonly EarlierDeriver _changed = new(deriver) { Scalar = (_, value) => value + 1 };

    public string Name => deriver.Name;

    public int Version => deriver.Version;

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

    public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        var changed = (Derivation.Derived)_changed.Derive(request, cancellationToken);
        return changed with { Provenance = ((Derivation.Derived)deriver.Derive(request, cancellationToken)).Provenance };
    }
}

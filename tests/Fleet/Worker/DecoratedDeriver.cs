using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;

namespace Strata.Fleet.Worker;

internal abstract class DecoratedDeriver(IDeriver deriver) : IDeriver
{
    public string Name => deriver.Name;

    public virtual int Version => deriver.Version;

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public RuleOutputs Outputs(CanonicalJson parameters, string outputLayer) => deriver.Outputs(parameters, outputLayer);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

    public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

    public virtual Derivation Derive(DerivationRequest request, CancellationToken cancellationToken) => deriver.Derive(request, cancellationToken);
}

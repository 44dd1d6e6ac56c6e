using System.Diagnostics;
using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;

namespace Strata.Crash.Deriver;

internal sealed class DeadlyDeriver(IDeriver deriver, string segment) : IDeriver
{
    public string Name => deriver.Name;

    public int Version => deriver.Version;

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

    public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        if (request.Segment == segment)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            self.WaitForExit();
        }

        return deriver.Derive(request, cancellationToken);
    }
}

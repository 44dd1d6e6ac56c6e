using Strata.Arrow;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>Derives only once it is let go, and notes on which stack and in which context it was called.</summary>
internal sealed class BlockedDeriver(IDeriver deriver, AsyncLocal<string?> context) : IDeriver, IDisposable
{
    private readonly ManualResetEventSlim _letGo = new();

    public Watched<(string? Context, string Stack)?> Called { get; } = new(null);

    public string Name => deriver.Name;

    public int Version => deriver.Version;

    public void LetGo() => _letGo.Set();

    public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

    public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        Called.Change(_ => (context.Value, Environment.StackTrace));
        _letGo.Wait(cancellationToken);
        return deriver.Derive(request, cancellationToken);
    }

    public void Dispose() => _letGo.Dispose();
}

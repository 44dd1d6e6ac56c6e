using System.Collections.Concurrent;
using System.Text;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Derives a text that names its inputs, and notes each call.</summary>
internal sealed class TextDeriver(string name) : IDeriver
{
    public string Name => name;

    public int Version { get; set; } = 1;

    public ConcurrentBag<string> DerivedSegments { get; } = [];

    /// <summary>Called at the start of each derivation.</summary>
    public Action<DerivationRequest, CancellationToken> OnDerive { get; set; } = (_, _) => { };

    public int Matched => _matched;

    private int _matched;

    public string? RefuseParameters(CanonicalJson parameters) => null;

    public bool Reads(Field field, CanonicalJson parameters) => true;

    public SchemaMatch Match(Schema schema, CanonicalJson parameters)
    {
        Interlocked.Increment(ref _matched);
        return schema.GetFieldByName("foreign") is null ? SchemaMatch.Yes : new("wanted '/action', found '/foreign'; set 'command'");
    }

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        OnDerive(request, cancellationToken);
        DerivedSegments.Add(request.Segment);
        var inputs = request.Inputs.Select(i => new DerivationInput(i.Layer, i.Fingerprint)).ToEquatableArray();
        var text = $"{request.OutputLayer} of {request.Segment} from {string.Join(' ', inputs.Select(i => i.Fingerprint))}";
        var provenance = new Provenance(request.Rule, request.Revision, Name, Version, 1, request.Parameters, inputs, 3, [new(DropReasons.NonFinite, 1)]);
        return new Derivation.Derived(Encoding.UTF8.GetBytes(text), provenance, "derived");
    }
}

using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Which of the expected entities a segment lacks: present fraction = present / expected. Looked up in the schemas of all inputs, where an entity stands as soon as anything was logged to it;
/// no chunk is loaded.
/// </summary>
public sealed class CompletenessDeriver : IDeriver
{
    public const string DeriverName = "completeness";

    public string Name => DeriverName;

    public int Version => 1;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(CompletenessParameters.Parse, parameters);

    /// <summary>That an entity is missing is the answer, not a reason to give none.</summary>
    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => SchemaMatch.Yes;

    public bool Reads(Field column, CanonicalJson parameters) => false;

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var expected = CompletenessParameters.Parse(request.Parameters).Entities;
        var found = request.Inputs.SelectMany(input => SchemaColumns.Of(input.Schema)).Select(c => c.Column).ToLookup(column => column.Entity);
        var missing = new List<string>();
        foreach (var entity in expected)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!found[entity.Entity].Any(entity.Covers))
            {
                missing.Add(entity.ToString());
            }
        }

        var present = expected.Length - missing.Count;
        return new PropertyValues()
            .Flag("complete", missing.Count == 0)
            .Count("expected", expected.Length)
            .Count("present", present)
            .Count("missing", missing.Count)
            .Number("present_fraction", (double)present / expected.Length)
            .Texts("missing_entities", missing)
            .Write(request, this, rowsUsed: 0, new());
    }
}

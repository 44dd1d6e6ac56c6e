using Strata.Arrow;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers;

/// <summary>Code that computes a layer from layers. Deterministic: same inputs, parameters, version and writer profile give the same bytes on every machine. Source: DESIGN rule 7, §7.</summary>
public interface IDeriver
{
    string Name { get; }

    /// <summary>Raised with every change that can change a byte of the output.</summary>
    int Version { get; }

    /// <summary>Refuses parameters that cannot work, when the rule is declared: null when they are fine, else expected, found and what to do.</summary>
    string? RefuseParameters(CanonicalJson parameters);

    /// <summary>What <see cref="Derive"/> writes into its layer beside its provenance, so that rules that would write the same are told apart when they are declared.</summary>
    /// <param name="parameters">Such as <see cref="RefuseParameters"/> takes.</param>
    RuleOutputs Outputs(CanonicalJson parameters, string outputLayer) => new([], [outputLayer]);

    /// <summary>The parameter that moves the entity paths of <see cref="Outputs"/>; null: none does.</summary>
    string? EntityParameter => null;

    /// <summary>The parameters with the values that are taken for what is left out, where these do not depend on the recording.</summary>
    CanonicalJson WithDefaults(CanonicalJson parameters) => parameters;

    /// <summary>Refuses parameters that name what no input can give, when the rule is declared: null when all can be there, or that cannot be known.</summary>
    /// <param name="derivedInputs">The rule's inputs, all of which other rules of the dataset make.</param>
    string? RefuseNames(CanonicalJson parameters, IReadOnlyList<string> derivedInputs) => null;

    /// <summary>Names in the parameters that no property of the dataset has, when the rule is declared. They may still come, with a recording or with a rule.</summary>
    /// <param name="columns">Of the dataset's segment table.</param>
    /// <param name="written">Names of the properties that rules of the dataset write.</param>
    /// <returns>In sentences, with the names that may have been meant.</returns>
    IReadOnlyList<string> WarnOfNames(CanonicalJson parameters, ExpressionColumns columns, IReadOnlyList<string> written) => [];

    /// <summary>Whether a recording with this schema can match at all; decided once per (rule revision, schema).</summary>
    SchemaMatch Match(Schema schema, CanonicalJson parameters);

    /// <summary>Whether <see cref="Derive"/> looks at this data column of a layer's schema; only chunks of such columns are loaded, before it is called.</summary>
    bool Reads(Field column, CanonicalJson parameters);

    /// <summary>Pure: all that it reads is in <see cref="DerivationRequest.Inputs"/> already.</summary>
    Derivation Derive(DerivationRequest request, CancellationToken cancellationToken);
}

/// <param name="Mismatch">Null when it can match; else what was wanted, what was found instead, and what to try.</param>
public sealed record SchemaMatch(string? Mismatch)
{
    public static SchemaMatch Yes { get; } = new((string?)null);
}

/// <param name="Inputs">In the rule's order.</param>
/// <param name="OutputLayer">The layer's name, for entity paths of provenance.</param>
public sealed record DerivationRequest(
    DatasetId Dataset,
    string Segment,
    string Rule,
    int Revision,
    string OutputLayer,
    CanonicalJson Parameters,
    IReadOnlyList<InputLayer> Inputs);

public abstract record Derivation
{
    private Derivation()
    {
    }

    /// <param name="Rrd">The whole file of the derived layer.</param>
    /// <param name="Outcome"><c>derived</c> or <c>review</c>.</param>
    public sealed record Derived(ReadOnlyMemory<byte> Rrd, Provenance Provenance, string Outcome) : Derivation
    {
        /// <summary>What an inspection of the file would find, when the writer knows it; null lets the file be inspected.</summary>
        public RecordingFacts? Facts { get; init; }
    }

    /// <param name="Reason">One of <see cref="SkipReasons"/>.</param>
    /// <param name="Detail">In Rerun's words: what was wanted, what was found, which option would mend it.</param>
    public sealed record Skipped(string Reason, string Detail, EquatableArray<DroppedRows> RowsDropped) : Derivation;
}

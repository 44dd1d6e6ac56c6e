using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>What a rule came to about one segment: the worker's request to the Registrar, which refuses it when the inputs are not current any more.</summary>
public abstract record Evaluation(DatasetId Dataset, string Segment, string Rule, int Revision, Sha256Digest WorkId, EquatableArray<DerivationInput> Inputs)
{
    /// <summary>The event that opened the work. The same work can come up again (a rule resumed, a given layer taken away): a decision from before that event does not settle it.</summary>
    public long OpenedAtPosition { get; init; }

    /// <summary>The back-fill that brought the work; null: a registration did.</summary>
    public string? Backfill { get; init; }

    /// <summary>Of the deriver that decided; null where none was asked.</summary>
    public int? DeriverVersion { get; init; }

    /// <summary>W3C trace parent of the evaluation: many are appended together, and each goes on with the trace of its own segment. Null where nobody traces.</summary>
    public string? TraceParent { get; init; }

    /// <summary>A layer was computed and written; its bytes are durable already.</summary>
    public sealed record Derived(
        DatasetId Dataset,
        string Segment,
        string Rule,
        int Revision,
        Sha256Digest WorkId,
        EquatableArray<DerivationInput> Inputs,
        string OutputLayer,
        KeptFile File,
        RecordingFacts Facts,
        Provenance Provenance,
        string Outcome,
        int Attempt) : Evaluation(Dataset, Segment, Rule, Revision, WorkId, Inputs);

    public sealed record Skipped(
        DatasetId Dataset,
        string Segment,
        string Rule,
        int Revision,
        Sha256Digest WorkId,
        EquatableArray<DerivationInput> Inputs,
        string Reason,
        string Detail,
        EquatableArray<DroppedRows> RowsDropped,
        Sha256Digest? ForSchema) : Evaluation(Dataset, Segment, Rule, Revision, WorkId, Inputs);

    public sealed record Failed(
        DatasetId Dataset,
        string Segment,
        string Rule,
        int Revision,
        Sha256Digest WorkId,
        EquatableArray<DerivationInput> Inputs,
        string Reason,
        string Detail,
        int Attempt) : Evaluation(Dataset, Segment, Rule, Revision, WorkId, Inputs);
}

/// <param name="Status"><c>recorded</c>, <c>known</c> (decided before: nothing was appended), <c>superseded</c> (an input is not current), or <c>given</c> (a given layer stands there: recorded as skipped).</param>
public sealed record EvaluationAnswer(Sha256Digest WorkId, string Status, long Position);

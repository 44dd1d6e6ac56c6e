using Strata.Contracts;

namespace Strata.Projections;

public interface IEvaluationList
{
    /// <summary>The latest evaluation of each rule for each segment, those that were decided for a whole schema included; <paramref name="segment"/> null: all segments.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<EvaluationRow>> ReadAsync(DatasetId dataset, string? segment, long? asOf, CancellationToken cancellationToken);
}

/// <param name="Outcome"><c>derived, review, skipped, failed</c>.</param>
/// <param name="WorkId">Null when it was decided for a schema.</param>
/// <param name="Current">False when an input has changed since.</param>
public sealed record EvaluationRow(
    DatasetId Dataset,
    string Segment,
    string Rule,
    int Revision,
    string OutputLayer,
    string Outcome,
    string? Reason,
    string? Detail,
    Sha256Digest? WorkId,
    EquatableArray<DerivationInput> Inputs,
    long RowsUsed,
    EquatableArray<DroppedRows> RowsDropped,
    int Attempt,
    long Position,
    long RecordedAtNs,
    bool Current)
{
    /// <summary>A layer was derived, and it does not stand any more.</summary>
    public bool OutputIsGone { get; init; }

    /// <summary>The rule was retired, and what it derived may stand still.</summary>
    public bool RuleIsRetired { get; init; }

    /// <summary>A layer stands under the rule's name that is older than a change of what it is made from: derived from earlier inputs and not made anew, or given before it.</summary>
    public bool Stale { get; init; }
    /// <summary>The back-fill that brought it; null: a registration did.</summary>
    public string? Backfill { get; init; }

    /// <summary>A layer was derived, and somebody's own stands in its place.</summary>
    public bool OutputIsGiven { get; init; }
}

public interface IQuarantineList : IFollowsLog
{
    Task<IReadOnlyList<QuarantineRow>> ReadAsync(DatasetId? dataset, CancellationToken cancellationToken);

    Task<QuarantineRow?> FindAsync(Sha256Digest quarantineId, CancellationToken cancellationToken);
}

/// <param name="State"><c>quarantined, released, discarded</c>.</param>
public sealed record QuarantineRow(
    Sha256Digest QuarantineId,
    DatasetId Dataset,
    string StorageUrl,
    string Layer,
    KeptBytes? Kept,
    long SizeBytes,
    string Reason,
    string Detail,
    long? Offset,
    string State,
    long Position,
    long RecordedAtNs);

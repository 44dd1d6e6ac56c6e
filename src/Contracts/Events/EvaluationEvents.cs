namespace Strata.Contracts;

/// <summary>The rule ran and its layer was registered, in the same append.</summary>
/// <param name="WorkId">Hash of dataset, segment, rule, revision and input fingerprints: the work item that this settles.</param>
/// <param name="Outcome"><c>derived</c>, or <c>review</c> when a person should look (quality could not be told).</param>
/// <param name="Backfill">That brought the work; null: a registration did, or a log of the first versions does not say.</param>
public sealed record DerivationDone(
    DatasetId Dataset,
    string Segment,
    string Rule,
    int Revision,
    Sha256Digest WorkId,
    string OutputLayer,
    Sha256Digest OutputFingerprint,
    string Outcome,
    EquatableArray<DerivationInput> Inputs,
    long RowsUsed,
    EquatableArray<DroppedRows> RowsDropped,
    int Attempt,
    string? Backfill = null) : StrataEvent;

/// <summary>The rule looked and derives nothing, for a reason that its inputs give.</summary>
/// <param name="Segment">Empty when the decision holds for every segment whose input has the schema <paramref name="SchemaSha256"/>.</param>
/// <param name="WorkId">Null for a decision about a schema.</param>
/// <param name="Reason">From the closed list of <c>SkipReasons</c>.</param>
/// <param name="Detail">In words: what was wanted, what was found, what to do.</param>
/// <param name="DeriverVersion">Of the deriver that looked; null in logs of the first versions.</param>
/// <param name="Backfill">As in <see cref="DerivationDone"/>.</param>
public sealed record DerivationSkipped(
    DatasetId Dataset,
    string Segment,
    string Rule,
    int Revision,
    Sha256Digest? WorkId,
    Sha256Digest? SchemaSha256,
    string Reason,
    string Detail,
    EquatableArray<DerivationInput> Inputs,
    EquatableArray<DroppedRows> RowsDropped,
    int? DeriverVersion = null,
    string? Backfill = null) : StrataEvent;

/// <summary>The rule could not finish, <paramref name="Attempt"/> times; it waits for a person.</summary>
/// <param name="DeriverVersion">As in <see cref="DerivationSkipped"/>.</param>
/// <param name="Backfill">As in <see cref="DerivationDone"/>.</param>
public sealed record DerivationFailed(
    DatasetId Dataset,
    string Segment,
    string Rule,
    int Revision,
    Sha256Digest WorkId,
    string Reason,
    string Detail,
    EquatableArray<DerivationInput> Inputs,
    int Attempt,
    int? DeriverVersion = null,
    string? Backfill = null) : StrataEvent;

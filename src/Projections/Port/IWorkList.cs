using Strata.Contracts;

namespace Strata.Projections;

/// <summary>What is to be done: each (rule revision, segment, input fingerprints) without an evaluation. Source: DESIGN §4.5.</summary>
public interface IWorkList
{
    /// <summary>Open items in the order in which they came, at most <paramref name="limit"/>, after the item at <paramref name="afterPosition"/> and <paramref name="afterWorkId"/>.</summary>
    Task<IReadOnlyList<WorkItem>> OpenAsync(int limit, long afterPosition, Sha256Digest? afterWorkId, CancellationToken cancellationToken);

    /// <summary>Open items of these segments.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, IReadOnlyList<string> segments, long? asOf, CancellationToken cancellationToken);

    /// <summary>All open items of a dataset.</summary>
    /// <param name="asOf">A log position; null: now.</param>
    Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken);

    Task<long> CountOpenAsync(DatasetId? dataset, CancellationToken cancellationToken);
}

/// <param name="Inputs">Layer and fingerprint of each input, in the rule's order.</param>
/// <param name="SchemaSha256">Of the first input layer.</param>
/// <param name="OpenedAtPosition">The event that made it possible.</param>
public sealed record WorkItem(
    Sha256Digest WorkId,
    DatasetId Dataset,
    string Segment,
    string Rule,
    int Revision,
    EquatableArray<DerivationInput> Inputs,
    Sha256Digest SchemaSha256,
    long OpenedAtPosition)
{
    /// <summary>The back-fill that brought it; null: a registration did.</summary>
    public string? Backfill { get; init; }
}

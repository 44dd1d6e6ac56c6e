using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>
/// Operational state, not rebuilt from events: who works on which item of the work list, and how often it was tried.
/// The attempt is counted durably before the work starts, so that work that kills its process is counted too. Source: DESIGN rule 8.
/// </summary>
public interface IWorkClaims
{
    /// <summary>Claims those items that nobody holds, that are due and not settled; each claim counts one attempt.</summary>
    Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Keeps claims while long work goes on. Returns those still held; a lost one must not be acted upon.</summary>
    Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The evaluation is in the log: the item needs no claim any more.</summary>
    Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken);

    /// <summary>A transient fault: the item may be claimed again after <paramref name="delay"/>.</summary>
    Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken);

    /// <summary>The claim did not lead to an attempt (shutdown): it is taken back and the attempt is not counted.</summary>
    Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken);

    /// <summary>
    /// Frees every claim, whoever holds it; its attempt stays counted. Only for who knows that nobody works any more, such as the one process that may open the store.
    /// </summary>
    /// <returns>How many were held.</returns>
    Task<int> FreeAllAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken);
}

/// <param name="Attempt">From 1.</param>
/// <param name="Token">Fences writes: a later claim of the same item has a higher one.</param>
public sealed record WorkClaim(Sha256Digest WorkId, string Owner, int Attempt, long Token);

/// <param name="DueAtNs">UTC nanoseconds before which nobody may claim it; 0 when it is due at once.</param>
public sealed record WorkAttempts(Sha256Digest WorkId, int Attempts, string? Owner, long LeasedUntilNs, long DueAtNs, string? LastReason)
{
    /// <summary>The item's evaluation is in the log.</summary>
    public bool IsSettled { get; init; }
}

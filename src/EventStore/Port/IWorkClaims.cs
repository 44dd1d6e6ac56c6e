using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>
/// Operational state, not rebuilt from events: who works on which item of the work list, and how often it was tried.
/// An attempt is counted durably before its work begins, so that work that kills its process is counted too, and nothing else is: what was only claimed with it was not
/// tried. Source: DESIGN rule 8.
/// </summary>
public interface IWorkClaims
{
    /// <summary>Claims those items that nobody holds, that are due and not settled. No attempt is counted yet.</summary>
    Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Counts the attempts whose work begins now; of one that was counted already, nothing. Returns those still held; the work of a lost one must not begin.</summary>
    Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken);

    /// <summary>Keeps claims while long work goes on. Returns those still held; a lost one must not be acted upon.</summary>
    Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>The evaluation is in the log: the item needs no claim any more.</summary>
    Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken);

    /// <summary>A transient fault: the item may be claimed again after <paramref name="delay"/>. The attempt counts, also where the fault came before its work.</summary>
    Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken);

    /// <summary>The claim led to no answer that anything can be told from (shutdown): it is taken back and its attempt, if one was begun, is not counted.</summary>
    Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken);

    /// <summary>
    /// Frees every claim, whoever holds it; an attempt that was begun stays counted. Only for who knows that nobody works any more, such as the one process that may open the store.
    /// </summary>
    /// <returns>How many were held.</returns>
    Task<int> FreeAllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Items that nobody has held, that were not settled and not due for so long, in order of their ids behind <paramref name="after"/>. Those among them that are not on the
    /// work list any more are what processes left that died after their evaluation was recorded, and what was settled long ago.
    /// </summary>
    Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets what is not on the work list any more, each item if it is still idle.</summary>
    /// <returns>How many were forgotten.</returns>
    Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken);

    Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken);
}

/// <param name="Attempt">From 1; counted when it begins.</param>
/// <param name="Token">Fences writes: a later claim of the same item has a higher one.</param>
public sealed record WorkClaim(Sha256Digest WorkId, string Owner, int Attempt, long Token);

/// <param name="Attempts">So many were begun.</param>
/// <param name="LeasedUntilNs">UTC nanoseconds; of a settled item when it was settled, of one that was given back 0.</param>
/// <param name="DueAtNs">UTC nanoseconds before which nobody may claim it; 0 when it is due at once.</param>
public sealed record WorkAttempts(Sha256Digest WorkId, int Attempts, string? Owner, long LeasedUntilNs, long DueAtNs, string? LastReason)
{
    /// <summary>The item's evaluation is in the log.</summary>
    public bool IsSettled { get; init; }
}

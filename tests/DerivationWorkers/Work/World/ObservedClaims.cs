using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Real claims that tell a test when they changed, and that can be told to lose everything.</summary>
internal sealed class ObservedClaims(IWorkClaims claims) : IWorkClaims
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As when another worker has taken them over: renewals find nothing.</summary>
    public bool LosesRenewals { get; set; }

    /// <summary>How often something is claimed; after that everything looks taken.</summary>
    public int Grants { get; set; } = int.MaxValue;

    public Task Changed => Volatile.Read(ref _changed).Task;

    public Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        Grants-- > 0 ? ThenTellAsync(claims.ClaimAsync(workIds, owner, lease, cancellationToken)) : Task.FromResult<IReadOnlyList<WorkClaim>>([]);

    public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> held, TimeSpan lease, CancellationToken cancellationToken) =>
        LosesRenewals ? Task.FromResult<IReadOnlyList<WorkClaim>>([]) : claims.RenewAsync(held, lease, cancellationToken);

    public Task SettleAsync(IReadOnlyList<WorkClaim> settled, CancellationToken cancellationToken) => ThenTellAsync(claims.SettleAsync(settled, cancellationToken));

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        ThenTellAsync(claims.PostponeAsync(claim, delay, reason, cancellationToken));

    public Task ReturnAsync(IReadOnlyList<WorkClaim> returned, CancellationToken cancellationToken) => ThenTellAsync(claims.ReturnAsync(returned, cancellationToken));

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => claims.FreeAllAsync(cancellationToken);

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken) => claims.ReadAsync(workIds, cancellationToken);

    private async Task<T> ThenTellAsync<T>(Task<T> work)
    {
        var result = await work;
        Tell();
        return result;
    }

    private async Task ThenTellAsync(Task work)
    {
        await work;
        Tell();
    }

    private void Tell() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}

using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Real claims that tell a test when they changed, and that can be told to lose everything.</summary>
internal sealed class ObservedClaims(IWorkClaims claims) : IWorkClaims
{
    private readonly Lock _gate = new();
    private readonly HashSet<Sha256Digest> _held = [];
    private int _most;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As when another worker has taken them over: renewals find nothing.</summary>
    public bool LosesRenewals { get; set; }

    /// <summary>How often something is claimed; after that everything looks taken.</summary>
    public int Grants { get; set; } = int.MaxValue;

    /// <summary>Claims that are neither settled, postponed nor returned, now and at most.</summary>
    public (int Now, int Most) Held
    {
        get
        {
            lock (_gate)
            {
                return (_held.Count, _most);
            }
        }
    }

    public Task Changed => Volatile.Read(ref _changed).Task;

    public async Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        if (Grants-- <= 0)
        {
            return [];
        }

        var claimed = await claims.ClaimAsync(workIds, owner, lease, cancellationToken);
        lock (_gate)
        {
            _held.UnionWith(claimed.Select(c => c.WorkId));
            _most = Math.Max(_most, _held.Count);
        }

        Tell();
        return claimed;
    }

    public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> held, TimeSpan lease, CancellationToken cancellationToken) =>
        LosesRenewals ? Task.FromResult<IReadOnlyList<WorkClaim>>([]) : claims.RenewAsync(held, lease, cancellationToken);

    public Task SettleAsync(IReadOnlyList<WorkClaim> settled, CancellationToken cancellationToken) => LetGoAsync(settled, claims.SettleAsync(settled, cancellationToken));

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        LetGoAsync([claim], claims.PostponeAsync(claim, delay, reason, cancellationToken));

    public Task ReturnAsync(IReadOnlyList<WorkClaim> returned, CancellationToken cancellationToken) => LetGoAsync(returned, claims.ReturnAsync(returned, cancellationToken));

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => claims.FreeAllAsync(cancellationToken);

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken) => claims.ReadAsync(workIds, cancellationToken);

    private async Task LetGoAsync(IReadOnlyList<WorkClaim> letGo, Task work)
    {
        await work;
        lock (_gate)
        {
            _held.ExceptWith(letGo.Select(c => c.WorkId));
        }

        Tell();
    }

    private void Tell() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}

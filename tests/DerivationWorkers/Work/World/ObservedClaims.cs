using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Real claims that tell a test when they changed, and that can be told to lose everything.</summary>
internal sealed class ObservedClaims(IWorkClaims claims) : IWorkClaims
{
    private readonly Lock _gate = new();
    private readonly HashSet<Sha256Digest> _held = [];
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _most;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As when another worker has taken them over: renewals find nothing.</summary>
    public bool LosesRenewals { get; set; }

    /// <summary>As when a lease ran out while work waited for its turn.</summary>
    public bool LosesBeforeItBegins { get; set; }

    /// <summary>Ends when claims were lost before their work began.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Ends when something was asked for and looked taken.</summary>
    public Task Refused => _refused.Task;

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
            _refused.TrySetResult();
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

    public Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> begun, CancellationToken cancellationToken)
    {
        if (!LosesBeforeItBegins)
        {
            return claims.BeginAsync(begun, cancellationToken);
        }

        _lost.TrySetResult();
        return Task.FromResult<IReadOnlyList<WorkClaim>>([]);
    }

    public Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken) =>
        claims.ReadIdleAsync(idleFor, after, limit, cancellationToken);

    public async Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken)
    {
        var forgotten = await claims.ForgetAsync(workIds, idleFor, cancellationToken);
        Tell();
        return forgotten;
    }

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

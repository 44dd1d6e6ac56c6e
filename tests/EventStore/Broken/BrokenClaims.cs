using Strata.Contracts;

namespace Strata.EventStore.Tests.Broken;

internal abstract class WorkClaimsDecorator(IWorkClaims good) : IWorkClaims
{
    protected IWorkClaims Good { get; } = good;

    public virtual Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        Good.ClaimAsync(workIds, owner, lease, cancellationToken);

    public virtual Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => Good.BeginAsync(claims, cancellationToken);

    public virtual Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken) =>
        Good.RenewAsync(claims, lease, cancellationToken);

    public virtual Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => Good.SettleAsync(claims, cancellationToken);

    public virtual Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        Good.PostponeAsync(claim, delay, reason, cancellationToken);

    public virtual Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => Good.ReturnAsync(claims, cancellationToken);

    public virtual Task<int> FreeAllAsync(CancellationToken cancellationToken) => Good.FreeAllAsync(cancellationToken);

    public Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken) =>
        Good.ReadIdleAsync(idleFor, after, limit, cancellationToken);

    public virtual Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken) => Good.ForgetAsync(workIds, idleFor, cancellationToken);

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken) =>
        Good.ReadAsync(workIds, cancellationToken);
}

internal sealed class RenewsLostClaims(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken) =>
        Task.FromResult(claims);
}

/// <summary>Lets whoever held a claim before the present holder act on it.</summary>
internal sealed class ReturnsLostClaims(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override async Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken)
    {
        await Good.ReturnAsync(claims, cancellationToken);
        await Good.ReturnAsync([.. claims.Select(c => c with { Token = c.Token + 1 })], cancellationToken);
    }
}

internal sealed class FreesNothing(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override Task<int> FreeAllAsync(CancellationToken cancellationToken) => Task.FromResult(0);
}

internal sealed class SettlesNothing(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => Good.ReturnAsync(claims, cancellationToken);
}

/// <summary>Counts an attempt when it ends and not before it begins.</summary>
internal sealed class CountsAttemptsTooLate(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => Task.FromResult(claims);
}

/// <summary>Counts an attempt of all that is claimed, whether its work begins or not.</summary>
internal sealed class CountsWhatWasNotBegun(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override async Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        await Good.BeginAsync(await Good.ClaimAsync(workIds, owner, lease, cancellationToken), cancellationToken);
}

/// <summary>Forgets what it is told to forget, whoever holds it by now.</summary>
internal sealed class ForgetsWhatIsHeld(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken) => Good.ForgetAsync(workIds, TimeSpan.Zero, cancellationToken);
}

internal sealed class ClaimsForEveryone(IWorkClaims good) : WorkClaimsDecorator(good)
{
    public override async Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        await Good.ClaimAsync(workIds, owner, lease, cancellationToken);
        return [.. workIds.Select(id => new WorkClaim(id, owner, 1, 1))];
    }
}

internal abstract class LeasesDecorator(ILeases good) : ILeases
{
    protected ILeases Good { get; } = good;

    public virtual Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        Good.AcquireAsync(name, owner, duration, cancellationToken);

    public virtual Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => Good.RenewAsync(lease, duration, cancellationToken);

    public virtual Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => Good.ReleaseAsync(lease, cancellationToken);
}

internal sealed class RenewsLostLeases(ILeases good) : LeasesDecorator(good)
{
    public override Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => Task.FromResult(true);
}

internal sealed class GivesEveryLeaseOneToken(ILeases good) : LeasesDecorator(good)
{
    public override async Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        await Good.AcquireAsync(name, owner, duration, cancellationToken) is { } lease ? lease with { Token = 1 } : null;
}

internal sealed class GivesALeaseToEveryone(ILeases good) : LeasesDecorator(good)
{
    public override async Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        await Good.AcquireAsync(name, owner, duration, cancellationToken) ?? new Lease(name, owner, 1);
}

internal sealed class ReleasesLostLeases(ILeases good) : LeasesDecorator(good)
{
    public override async Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        foreach (var owner in new[] { "ann", "bob" })
        {
            await Good.ReleaseAsync(lease with { Owner = owner, Token = lease.Token + 1 }, cancellationToken);
        }
    }
}

internal sealed class MovesWithoutALease(ILeasedPositions good) : ILeasedPositions
{
    private readonly Dictionary<string, long> _moved = [];

    public async Task<long> ReadPositionAsync(string name, CancellationToken cancellationToken) =>
        _moved.TryGetValue(name, out var moved) ? moved : await good.ReadPositionAsync(name, cancellationToken);

    public Task<bool> MoveAsync(Lease lease, long position, TimeSpan duration, CancellationToken cancellationToken)
    {
        _moved[lease.Name] = position;
        return Task.FromResult(true);
    }
}

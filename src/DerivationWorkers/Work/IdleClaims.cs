using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>
/// Forgets claims of which nothing will come any more, so that there are no more of them than there is work. A worker that was killed between recording an evaluation and
/// settling its claim leaves one that nobody takes over; settled ones only have to outlive the moment in which the work list does not know yet.
/// </summary>
internal sealed class IdleClaims(IWorkClaims claims, WorkerOptions options, TimeProvider time)
{
    /// <summary>Looked at in one walk; with the usual sweep that is 8,000 a minute, and what stays over waits.</summary>
    private const int Limit = 4_096;

    /// <summary>All claims are looked through to find few that are idle, so that is done seldom unless there are many.</summary>
    private const int LooksBeforeForgotten = 12;

    private readonly HashSet<Sha256Digest> _suspected = [];
    private Sha256Digest? _after;
    private long _lookedAt = time.GetTimestamp();
    private TimeSpan _pause = options.SweepEvery;

    /// <summary>Before a walk through the work list: what is idle, if it is time to look again.</summary>
    public async Task BeginWalkAsync(CancellationToken cancellationToken)
    {
        _suspected.Clear();
        if (time.GetElapsedTime(_lookedAt) < _pause)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        var idle = await claims.ReadIdleAsync(options.ForgetClaimsAfter, _after, Limit, cancellationToken).ConfigureAwait(false);
        (_after, _pause) = idle.Count == Limit ? ((Sha256Digest?)idle[^1], options.SweepEvery) : (null, options.ForgetClaimsAfter / LooksBeforeForgotten);
        _suspected.UnionWith(idle);
    }

    /// <summary>What is on the list is work, however long nobody has taken it.</summary>
    public void Meet(IReadOnlyList<WorkItem> items)
    {
        if (_suspected.Count > 0)
        {
            _suspected.ExceptWith(items.Select(ClaimKeys.Of));
        }
    }

    /// <summary>When the walk has come to the end of the list.</summary>
    public async Task EndWalkAsync(CancellationToken cancellationToken)
    {
        if (_suspected.Count > 0)
        {
            await claims.ForgetAsync([.. _suspected], options.ForgetClaimsAfter, cancellationToken).ConfigureAwait(false);
            _suspected.Clear();
        }
    }
}

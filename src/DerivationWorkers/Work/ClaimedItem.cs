using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>An item of the work list that this worker holds. <see cref="Lost"/> fires when the claim is lost: from then on it must not be acted upon.</summary>
/// <param name="lane">Where it is computed when an outside deriver computes it, which may take as long as it may (<see cref="OutsideLanes"/>); null: by this program.</param>
internal sealed class ClaimedItem(WorkItem item, WorkClaim claim, string? lane = null) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();

    public WorkItem Item => item;

    public WorkClaim Claim => claim;

    public string? Lane => lane;

    public bool IsOutside => lane is not null;

    /// <summary>A timestamp of the worker's clock.</summary>
    public long TakenAt { get; set; }

    /// <summary>The span in which it was evaluated, as a W3C trace parent: what is recorded of it goes on with that trace. Null where nobody traces.</summary>
    public string? TraceParent { get; set; }

    public CancellationToken Lost => _lost.Token;

    public bool IsLost => _lost.IsCancellationRequested;

    public Task LoseAsync() => _lost.CancelAsync();

    public void Dispose() => _lost.Dispose();
}

using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>An item of the work list that this worker holds. <see cref="Lost"/> fires when the claim is lost: from then on it must not be acted upon.</summary>
/// <param name="isOutside">Computed by a process of its own, in a lane of its own: it may take as long as it may.</param>
internal sealed class ClaimedItem(WorkItem item, WorkClaim claim, bool isOutside = false) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();

    public WorkItem Item => item;

    public WorkClaim Claim => claim;

    public bool IsOutside => isOutside;

    /// <summary>A timestamp of the worker's clock.</summary>
    public long TakenAt { get; set; }

    /// <summary>The span in which it was evaluated, as a W3C trace parent: what is recorded of it goes on with that trace. Null where nobody traces.</summary>
    public string? TraceParent { get; set; }

    public CancellationToken Lost => _lost.Token;

    public bool IsLost => _lost.IsCancellationRequested;

    public Task LoseAsync() => _lost.CancelAsync();

    public void Dispose() => _lost.Dispose();
}

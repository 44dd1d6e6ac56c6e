using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Applies a rule to segments that were registered before it, or before its latest revision or deriver version.</summary>
/// <param name="Revision">Of the rule, as the asker saw it.</param>
/// <param name="DeriverVersion">Of the deriver that this program has.</param>
/// <param name="Force">Also where this very revision and version decided already.</param>
/// <param name="Where">A condition on the segment table as of the start; null: all segments.</param>
/// <param name="RatePerSecond">Segments a second at most; null: no limit.</param>
/// <param name="Segments">How many need it.</param>
public sealed partial record StartBackfill(
    DatasetId Dataset, string Rule, int Revision, string Deriver, int DeriverVersion, bool Force, string? Where, int? RatePerSecond, long Segments, EventSource Source);

/// <param name="Position">Of its start: the segments are those that stand as of it.</param>
public sealed record StartedBackfill(string BackfillId, long Position);

public enum BackfillStep
{
    Pause,
    Resume,
    Cancel,
}

/// <param name="Reason">Of a cancellation, in words.</param>
public sealed partial record SteerBackfill(string BackfillId, BackfillStep Step, string Reason, EventSource Source);

/// <param name="Changed">False when it was so already.</param>
/// <param name="Position">Wait for the read models to pass it; 0 when nothing changed.</param>
public sealed record SteeredBackfill(DatasetId Dataset, string Rule, bool Changed, long Position);

/// <summary>Puts the next segments of a running back-fill on the work list, or ends it when there are none.</summary>
/// <param name="Version">Of the back-fill's stream, as the asker saw it: whoever saw less than what stands changes nothing.</param>
/// <param name="Page">Number of pages so far.</param>
/// <param name="Admitted">Segments admitted so far.</param>
/// <param name="Segments">At most <see cref="MaxSegments"/>; none: it is finished.</param>
public sealed partial record AdmitBackfill(
    string BackfillId, DatasetId Dataset, string Rule, int Revision, long Version, int Page, long Admitted, EquatableArray<string> Segments)
{
    /// <summary>As many as one page of the work list: what a back-fill has on the list at once, and what one event names.</summary>
    public const int MaxSegments = 256;
}

/// <summary>Back-fills: how they begin, go on and end. Source: DESIGN §2.</summary>
public interface IBackfills
{
    /// <exception cref="CommandRefusedException">No such dataset, the rule does not stand in that revision, or another back-fill of the rule is not over.</exception>
    Task<StartedBackfill> StartBackfillAsync(StartBackfill command, CancellationToken cancellationToken);

    /// <exception cref="CommandRefusedException">No such back-fill, or one that is over.</exception>
    Task<SteeredBackfill> SteerBackfillAsync(SteerBackfill command, CancellationToken cancellationToken);

    /// <returns>The position; null when something changed meanwhile (paused, cancelled, a page of somebody else's, another revision) and nothing was appended.</returns>
    Task<long?> AdmitBackfillAsync(AdmitBackfill command, CancellationToken cancellationToken);
}

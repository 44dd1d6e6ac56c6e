namespace Strata.Contracts;

/// <summary>
/// A person had a rule applied to segments that were registered before it, or before its latest revision or deriver version. Which segments is decided as of this event:
/// what is registered later is the rule's own business.
/// </summary>
/// <param name="DeriverVersion">Whose layers count as made: what another version of <paramref name="Deriver"/> made is made again.</param>
/// <param name="Forced">Also what this very version made of the same inputs is made again.</param>
/// <param name="Where">A condition on the segment table as of this event; null: all segments.</param>
/// <param name="RatePerSecond">So many segments a second at most; null: as fast as new recordings leave room.</param>
/// <param name="Segments">How many needed it when it was asked for.</param>
public sealed record BackfillStarted(
    string BackfillId,
    DatasetId Dataset,
    string Rule,
    int Revision,
    string Deriver,
    int DeriverVersion,
    bool Forced,
    string? Where,
    int? RatePerSecond,
    long Segments,
    EventSource Source) : StrataEvent;

/// <summary>The next segments of a back-fill: work for exactly these is on the work list from now on.</summary>
/// <param name="Page">From 0.</param>
/// <param name="Segments">In the order in which segments are gone through: the next page begins behind the last of them.</param>
public sealed record BackfillAdmitted(string BackfillId, DatasetId Dataset, string Rule, int Revision, int Page, EquatableArray<string> Segments) : StrataEvent;

/// <summary>No further segments are admitted until it is resumed; those that are admitted are finished.</summary>
public sealed record BackfillPaused(string BackfillId, DatasetId Dataset, string Rule, EventSource Source) : StrataEvent;

public sealed record BackfillResumed(string BackfillId, DatasetId Dataset, string Rule, EventSource Source) : StrataEvent;

/// <summary>It ends here: what it derived stands, and what was admitted and not begun is taken off the work list.</summary>
/// <param name="Reason">In words: a person asked, or the rule is not what it was.</param>
public sealed record BackfillCancelled(string BackfillId, DatasetId Dataset, string Rule, string Reason, EventSource Source) : StrataEvent;

/// <summary>All segments that needed it were admitted, and all work on them was settled.</summary>
/// <param name="Segments">So many were admitted.</param>
public sealed record BackfillFinished(string BackfillId, DatasetId Dataset, string Rule, long Segments) : StrataEvent;

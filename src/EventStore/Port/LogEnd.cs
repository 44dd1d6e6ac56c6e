namespace Strata.EventStore;

/// <summary>Where the log ends for a reader at this moment.</summary>
/// <param name="Head">The highest position that is shown; 0 for an empty log.</param>
/// <param name="HeldBack">Null where every number that was handed out is shown or was given up.</param>
public sealed record LogEnd(long Head, HeldBack? HeldBack);

/// <summary>Numbers above the head are handed out, and the append with the lowest of them has not ended: what others have appended above it is not shown yet.</summary>
/// <param name="Numbers">How many were handed out above the head.</param>
/// <param name="Holder">Whose append it is, for an operator.</param>
public sealed record HeldBack(long Numbers, string Holder);

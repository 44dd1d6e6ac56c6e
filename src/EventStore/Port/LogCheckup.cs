namespace Strata.EventStore;

/// <summary>What somebody who looks for a fault wants to know of the log's storage. Looking changes nothing, makes nothing and upgrades nothing.</summary>
/// <param name="Where">A file, or <c>host:port/database</c>.</param>
/// <param name="Server">Product and version.</param>
/// <param name="SchemaVersion">0: no log lies there yet.</param>
/// <param name="Head">The last position; 0 for an empty log.</param>
/// <param name="ClockNs">The database's own clock, UTC nanoseconds; null where it has none of its own.</param>
/// <param name="Faults">Settings and states that endanger or hinder it.</param>
public sealed record LogCheckup(string Where, string Server, int SchemaVersion, int NewestSchema, long Head, long? ClockNs, IReadOnlyList<LogFault> Faults);

/// <param name="IsDangerous">What was told to be kept may be lost, or nothing can be written; else somebody should look.</param>
public sealed record LogFault(string Words, string Next, bool IsDangerous);

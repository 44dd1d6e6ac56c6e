namespace Strata.Contracts;

/// <summary>
/// A fact in the log: immutable, never rewritten, never deleted. Its JSON evolves by adding members only; every older form must load for ever.
/// Position, version and <c>recordedAtNs</c> are assigned when it is appended and stand in the envelope. Source: DESIGN §5.
/// </summary>
public abstract record StrataEvent;

using System.Collections.Immutable;

namespace Strata.UnreliableBus;

/// <summary>What became of the messages of one kind. What is given and neither lost nor sent is held back.</summary>
/// <param name="Sent">In the order in which they were handed on; a doubled one stands there twice.</param>
public sealed record Deliveries<T>(ImmutableList<T> Given, ImmutableList<T> Lost, ImmutableList<T> Sent);

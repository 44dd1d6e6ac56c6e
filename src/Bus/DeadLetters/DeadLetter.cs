namespace Strata.Bus;

/// <summary>A message that nobody could handle.</summary>
/// <param name="Id">SHA-256 over its queue, sender and body: the same message twice is one id.</param>
/// <param name="Queue">Where it lies.</param>
/// <param name="From">The queue that it was taken from, and goes back to.</param>
/// <param name="Reason">Of the one who laid it aside; <c>delivery_limit</c> when the broker did, because its reader died or gave it back too often.</param>
/// <param name="User">Who sent it, for which the broker vouches; null: nobody.</param>
/// <param name="Body">As text.</param>
public sealed record DeadLetter(string Id, string Queue, string From, string Reason, string? User, long SizeBytes, string Body);

/// <param name="Messages">How many lie there.</param>
public sealed record DeadQueue(string Name, long Messages);

/// <param name="Letters">Of each queue the first ones, oldest first.</param>
public sealed record DeadLetterList(IReadOnlyList<DeadQueue> Queues, IReadOnlyList<DeadLetter> Letters);

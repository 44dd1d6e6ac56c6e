using System.Collections.Concurrent;

namespace Strata.Cli;

/// <summary>The rooms of this process whose loop has ended by itself, and why.</summary>
internal sealed class RoleFailures
{
    private readonly ConcurrentQueue<string> _reasons = new();

    /// <summary>One sentence for all; null while every room runs.</summary>
    public string? Reason => _reasons.IsEmpty ? null : string.Join("; ", _reasons);

    public void Add(string role, string reason) => _reasons.Enqueue($"{role}: {reason}");
}

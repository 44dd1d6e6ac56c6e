namespace Strata.EventStore;

/// <summary>
/// A condition or a claim on a (scope, key) → value row that is checked in the append's own transaction: what no single stream can know
/// (entry name free, dataset alive, schema admitted). Rows of different keys never wait for each other.
/// </summary>
public abstract record Guard(string Scope)
{
    /// <summary>The row must exist (and, when <paramref name="Value"/> is given, hold it).</summary>
    public sealed record Require(string Scope, string Key, string? Value = null) : Guard(Scope);

    /// <summary>No row of the scope may exist once this transaction's earlier guards were applied.</summary>
    public sealed record RequireEmpty(string Scope) : Guard(Scope);

    /// <summary>The row must be absent or hold this very value; it exists afterwards.</summary>
    public sealed record Claim(string Scope, string Key, string Value) : Guard(Scope);

    /// <summary>The row exists afterwards with this value, whatever was there.</summary>
    public sealed record Put(string Scope, string Key, string Value) : Guard(Scope);

    /// <summary>The row must hold <paramref name="Expected"/> (null: be absent); it holds <paramref name="Value"/> afterwards.</summary>
    public sealed record Swap(string Scope, string Key, string? Expected, string Value) : Guard(Scope);

    /// <summary>The row is absent afterwards, whether it was there or not.</summary>
    public sealed record Release(string Scope, string Key) : Guard(Scope);

    /// <summary>
    /// No row but what the last holder of the lease <paramref name="Name"/> wrote down (<see cref="ILeasedStates"/>) must be this: whoever writes it meanwhile waits for the append.
    /// </summary>
    public sealed record RequireState(string Name, string State) : Guard(Name);
}

/// <param name="Value">What the guarded row holds.</param>
public sealed record GuardRow(string Scope, string Key, string Value);

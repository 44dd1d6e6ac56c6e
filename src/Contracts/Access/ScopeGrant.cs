namespace Strata.Contracts;

/// <summary>What may be done with a dataset; each includes those before it.</summary>
public enum AccessScope
{
    /// <summary>See it, query it, fetch its chunks.</summary>
    Read,

    /// <summary>Add and take away recordings and layers.</summary>
    Register,

    /// <summary>Rename, delete, declare rules, maintain.</summary>
    Admin,
}

/// <summary>One right, as a token carries it: <c>read</c>, <c>register:my_robot</c>.</summary>
/// <param name="Dataset">By its name; null: every one, and what belongs to none.</param>
public sealed record ScopeGrant(AccessScope Scope, string? Dataset)
{
    private const char Separator = ':';

    /// <returns>Null when it has not that form.</returns>
    public static ScopeGrant? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf(Separator, StringComparison.Ordinal);
        var dataset = at < 0 ? null : text[(at + 1)..];
        AccessScope? scope = (at < 0 ? text : text[..at]) switch
        {
            "read" => AccessScope.Read,
            "register" => AccessScope.Register,
            "admin" => AccessScope.Admin,
            _ => null,
        };
        return scope is { } found && dataset != "" ? new(found, dataset) : null;
    }

    public bool Covers(AccessScope scope, string? dataset) => Scope >= scope && (Dataset is null || (dataset is not null && string.Equals(Dataset, dataset, StringComparison.Ordinal)));

    public override string ToString() => Dataset is null ? WordOf(Scope) : $"{WordOf(Scope)}{Separator}{Dataset}";

    public static string WordOf(AccessScope scope) => scope switch
    {
        AccessScope.Read => "read",
        AccessScope.Register => "register",
        _ => "admin",
    };
}

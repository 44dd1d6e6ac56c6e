namespace Strata.Contracts;

/// <summary>Who calls, and what that one may do.</summary>
/// <param name="Subject">The token's; null where none is needed.</param>
public sealed record CallerAccess(string? Subject, EquatableArray<ScopeGrant> Grants)
{
    /// <summary>Where no token is needed.</summary>
    public static CallerAccess Unrestricted { get; } = new(null, [new ScopeGrant(AccessScope.Admin, null)]);

    /// <summary>Where tokens are needed and none was asked for.</summary>
    public static CallerAccess Nobody { get; } = new(null, []);

    /// <param name="dataset">By its name; null: what belongs to no dataset, or to all.</param>
    public bool Allows(AccessScope scope, string? dataset) => Grants.Items.Any(g => g.Covers(scope, dataset));

    /// <summary>With at least one dataset.</summary>
    public bool AllowsAnywhere(AccessScope scope) => Grants.Items.Any(g => g.Scope >= scope);

    /// <summary>Why not, in words for the caller.</summary>
    public string Refusal(string what, AccessScope scope, string? dataset)
    {
        var has = Grants.Count == 0 ? "no right here" : string.Join(", ", Grants.Items);
        return $"{what} needs '{new ScopeGrant(scope, dataset)}', and the token of '{Subject}' has {has}";
    }
}

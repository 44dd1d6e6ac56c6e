using System.Security.Claims;
using Strata.Contracts;

namespace Strata.Catalog.Tokens;

/// <summary>What a token says, in Rerun's claims and one of ours. Source: catalog-protocol §1.9.</summary>
internal static class TokenClaims
{
    /// <summary>Who makes the tokens of a data directory.</summary>
    public const string Issuer = "strata";

    public const string Audience = "redap";

    public const string Subject = "sub";

    /// <summary>Rerun's: <c>read</c> or <c>read-write</c>, for all datasets.</summary>
    public const string Permissions = "permissions";

    public const string ReadPermission = "read";

    public const string WritePermission = "read-write";

    /// <summary>Clients send a token to these hosts only; without it to Rerun's own.</summary>
    public const string AllowedHosts = "allowed_hosts";

    /// <summary>Ours: <see cref="ScopeGrant"/>s. Where it is, it counts and <see cref="Permissions"/> only informs clients.</summary>
    public const string Scopes = "strata_scopes";

    public static CallerAccess AccessOf(ClaimsPrincipal caller)
    {
        var scopes = caller.FindAll(Scopes).ToList();

        // A scope of a later version grants nothing to this one.
        var grants = scopes.Count > 0
            ? scopes.Select(c => ScopeGrant.TryParse(c.Value)).OfType<ScopeGrant>()
            : caller.FindAll(Permissions).Select(c => GrantOf(c.Value)).OfType<ScopeGrant>();
        return new(caller.FindFirst(Subject)?.Value, [.. grants]);
    }

    private static ScopeGrant? GrantOf(string permission) => permission switch
    {
        ReadPermission => new(AccessScope.Read, null),
        WritePermission => new(AccessScope.Admin, null),
        _ => null,
    };
}

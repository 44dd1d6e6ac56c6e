using System.Collections.Immutable;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Strata.Contracts;

namespace Strata.Catalog.Tokens;

/// <param name="Subject">Whom it is for: shown to the holder and named in refusals.</param>
/// <param name="AllowedHosts">Hosts that clients send it to, without port; <c>.example.org</c> is all below it.</param>
public sealed record NewToken(string Subject, ImmutableArray<ScopeGrant> Grants, ImmutableArray<string> AllowedHosts, TimeSpan Lifetime);

/// <summary>Makes tokens that the servers of one data directory accept. Source: catalog-protocol §1.9.</summary>
public sealed class TokenIssuer(byte[] secret, TimeProvider clock)
{
    private readonly SigningCredentials _signing = new(new SymmetricSecurityKey(secret), SecurityAlgorithms.HmacSha256);

    /// <exception cref="ArgumentException">It grants nothing: without a grant its permissions would count, which are for all datasets.</exception>
    public string Create(NewToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Grants.IsDefaultOrEmpty)
        {
            throw new ArgumentException("expected at least one grant, found none", nameof(token));
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenClaims.Issuer,
            Audience = TokenClaims.Audience,
            IssuedAt = now,
            Expires = now + token.Lifetime,
            SigningCredentials = _signing,
            Claims = new Dictionary<string, object>
            {
                [TokenClaims.Subject] = token.Subject,
                [TokenClaims.Permissions] = token.Grants.All(g => g.Scope == AccessScope.Read) ? TokenClaims.ReadPermission : TokenClaims.WritePermission,
                [TokenClaims.AllowedHosts] = token.AllowedHosts.ToArray(),
                [TokenClaims.Scopes] = token.Grants.Select(g => g.ToString()).ToArray(),
            },
        });
    }
}

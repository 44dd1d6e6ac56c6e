namespace Strata.Catalog.Tokens;

/// <param name="SecretPath">See <see cref="TokenSecret"/>.</param>
/// <param name="Oidc">An identity provider whose tokens count too; null: none.</param>
public sealed record TokenOptions(string SecretPath, OidcIssuer? Oidc);

/// <param name="Issuer">Its keys are found at <c>ISSUER/.well-known/openid-configuration</c>.</param>
public sealed record OidcIssuer(Uri Issuer, string Audience)
{
    public const string UsualAudience = TokenClaims.Audience;
}

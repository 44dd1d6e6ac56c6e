using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Strata.Catalog.Tokens;

/// <summary>Bearer tokens for every endpoint of the host that does not allow anonymous callers.</summary>
public static class TokenAuthentication
{
    /// <summary>Of tokens signed with the secret of the data directory.</summary>
    internal const string OwnScheme = "strata";

    /// <summary>Of tokens signed by the identity provider.</summary>
    internal const string OidcScheme = "oidc";

    /// <summary>Clocks of machines differ by less; a token's end is a promise.</summary>
    internal static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddStrataTokens(this IServiceCollection services, TokenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var key = new SymmetricSecurityKey(TokenSecret.LoadOrCreate(options.SecretPath));
        var authentication = services.AddSingleton(options).AddAuthentication();
        authentication.AddJwtBearer(OwnScheme, bearer =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = Rules(TokenClaims.Issuer, TokenClaims.Audience, SecurityAlgorithms.HmacSha256);
            bearer.TokenValidationParameters.IssuerSigningKey = key;
        });
        if (options.Oidc is { } oidc)
        {
            authentication.AddJwtBearer(OidcScheme, bearer =>
            {
                bearer.MapInboundClaims = false;
                bearer.Authority = oidc.Issuer.AbsoluteUri.TrimEnd('/');
                bearer.RequireHttpsMetadata = !oidc.Issuer.IsLoopback;

                // Only such that a public key checks: with a symmetric one, whoever knows the public key could sign.
                bearer.TokenValidationParameters = Rules(
                    issuer: null,
                    oidc.Audience,
                    SecurityAlgorithms.RsaSha256,
                    SecurityAlgorithms.RsaSha384,
                    SecurityAlgorithms.RsaSha512,
                    SecurityAlgorithms.RsaSsaPssSha256,
                    SecurityAlgorithms.EcdsaSha256,
                    SecurityAlgorithms.EcdsaSha384);
            });
        }

        return services;
    }

    /// <summary>Does nothing where <see cref="AddStrataTokens"/> was not called: no token is needed then.</summary>
    public static void UseStrataTokens(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetService<TokenOptions>() is not null)
        {
            app.UseMiddleware<TokenGate>();
        }
    }

    /// <param name="issuer">Null: the one that the provider's configuration names.</param>
    private static TokenValidationParameters Rules(string? issuer, string audience, params string[] algorithms) => new()
    {
        ValidAudience = audience,
        ValidIssuer = issuer,
        ValidAlgorithms = algorithms,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = ClockSkew,
        NameClaimType = TokenClaims.Subject,
    };
}

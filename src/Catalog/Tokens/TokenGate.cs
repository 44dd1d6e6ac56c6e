using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;
using Strata.Catalog.Access;
using Strata.Catalog.Transport;
using Strata.Contracts;

namespace Strata.Catalog.Tokens;

/// <summary>Lets nobody pass without a good token, and leaves a <see cref="CallerAccess"/> for the endpoint. Source: catalog-protocol §1.9.</summary>
internal sealed class TokenGate(RequestDelegate next, TokenOptions options, IOptionsMonitor<JwtBearerOptions> bearers, TimeProvider clock, ILogger<TokenGate> logger)
{
    private const string Bearer = "Bearer ";

    private const string Missing =
        "no token; give one to the client (CatalogClient(url, token=…), REDAP_TOKEN, or the header authorization: Bearer …); 'strata token create' makes it";

    private static readonly JsonWebTokenHandler Reader = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            context.Features.Set(CallerAccess.Nobody);
            await next(context);
            return;
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(context, StatusCode.Unauthenticated, Missing);
            return;
        }

        var scheme = SchemeOf(header[Bearer.Length..].Trim());
        var result = await context.AuthenticateAsync(scheme);
        if (result is { Succeeded: true, Principal: { } caller })
        {
            context.Features.Set(TokenClaims.AccessOf(caller));
            await PassAsync(context, result.Properties?.ExpiresUtc);
        }
        else if (scheme == TokenAuthentication.OidcScheme && await UnreachableAsync(context.RequestAborted) is { } reason)
        {
            logger.LogWarning("tokens of {Issuer} cannot be checked: {Reason}", options.Oidc!.Issuer, reason);
            await RefuseAsync(context, StatusCode.Unavailable, $"tokens of {options.Oidc.Issuer} cannot be checked: that issuer cannot be reached; try again");
        }
        else
        {
            await RefuseAsync(context, StatusCode.Unauthenticated, $"bad token: {ReasonOf(result.Failure)}; 'strata token create' makes a new one");
        }
    }

    /// <param name="expires">Of the token.</param>
    private async Task PassAsync(HttpContext context, DateTimeOffset? expires)
    {
        if (expires is { } at && IsReadStream(context))
        {
            await using var expiry = new TokenExpiry(context, at, TokenAuthentication.ClockSkew, clock);
            await next(context);
        }
        else
        {
            await next(context);
        }
    }

    /// <summary>What changes something is done once it was let in: ended half-way, its caller would not know whether it was done.</summary>
    private static bool IsReadStream(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is { Type: MethodType.ServerStreaming, Name: var name } && RpcScopes.Of(name) == AccessScope.Read;

    /// <summary>Ours are signed with a secret, a provider's with a key pair; nothing else of an unchecked token is looked at.</summary>
    private string SchemeOf(string token) =>
        options.Oidc is null || AlgorithmOf(token) is null or SecurityAlgorithms.HmacSha256 ? TokenAuthentication.OwnScheme : TokenAuthentication.OidcScheme;

    private static string? AlgorithmOf(string token)
    {
        try
        {
            return Reader.ReadJsonWebToken(token).Alg;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            // Not a token at all: the check itself says so.
            return null;
        }
    }

    private async Task<string?> UnreachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await bearers.Get(TokenAuthentication.OidcScheme).ConfigurationManager!.GetConfigurationAsync(cancellationToken);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            return e.Message;
        }
    }

    private static string ReasonOf(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException e => $"it expired at {e.Expires:yyyy-MM-dd HH:mm:ss}Z",
        SecurityTokenNotYetValidException e => $"it is valid from {e.NotBefore:yyyy-MM-dd HH:mm:ss}Z on",
        SecurityTokenNoExpirationException => "it never expires",
        SecurityTokenInvalidAudienceException => "it is for another audience",
        SecurityTokenInvalidIssuerException => "it is of another issuer",
        SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSignatureException => "its signature is not one of this server",
        _ => "it is no JSON Web Token that this server can read",
    };

    private static Task RefuseAsync(HttpContext context, StatusCode code, string message)
    {
        if (GrpcStatus.IsCall(context.Request))
        {
            GrpcStatus.Answer(context.Response, code, message);
            return Task.CompletedTask;
        }

        var (http, word) = code == StatusCode.Unauthenticated
            ? (StatusCodes.Status401Unauthorized, "unauthenticated")
            : (StatusCodes.Status503ServiceUnavailable, "unavailable");
        context.Response.StatusCode = http;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return context.Response.WriteAsJsonAsync(new Refused(word, message, Next: null), RefusedJson.Default.Refused, contentType: null, context.RequestAborted);
    }
}

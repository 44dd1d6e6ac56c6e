using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tokens;

namespace Strata.Catalog.Tests.Tokens;

/// <summary>Tokens of an identity provider, which here is a page with a configuration and one with a key.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-oidc-").FullName;
    private WebApplication _provider = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Issuer => new(_provider.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.Urls.Add("http://127.0.0.1:0");
        _provider.MapGet("/.well-known/openid-configuration", () => Results.Text($$"""{"issuer":"{{Issuer.AbsoluteUri.TrimEnd('/')}}","jwks_uri":"{{Issuer}}keys"}""", "application/json"));
        _provider.MapGet("/keys", () =>
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            return Results.Text($$"""{"keys":[{"kty":"RSA","kid":"one","use":"sig","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""", "application/json");
        });
        await _provider.StartAsync(Token);
    }

    [Theory]
    [InlineData("read", true, false)]
    [InlineData("read-write", true, true)]
    [InlineData("nothing-known", false, false)]
    public async Task A_token_of_the_provider_counts_with_its_permissions(string permissions, bool read, bool write)
    {
        await using var host = await StartAsync(Issuer);
        var call = host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new(), Bearer(Sign(permissions)));

        if (read)
        {
            var who = await call;
            (who.UserId, who.CanRead, who.CanWrite).ShouldBe(("jane@example.org", read, write));
        }
        else
        {
            (await Should.ThrowAsync<RpcException>(() => call)).Status.ShouldBe(
                new Status(StatusCode.PermissionDenied, "WhoAmI needs 'read', and the token of 'jane@example.org' has no right here"));
        }
    }

    [Fact]
    public async Task Tokens_of_the_data_directory_count_beside_those_of_the_provider()
    {
        await using var host = await StartAsync(Issuer);
        var own = new TokenIssuer(TokenSecret.LoadOrCreate(SecretPath), TimeProvider.System).Create(new("own", [new(Strata.Contracts.AccessScope.Read, null)], [], TimeSpan.FromHours(1)));

        (await host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new(), Bearer(own))).UserId.ShouldBe("own");
    }

    [Fact]
    public async Task A_token_of_the_provider_for_somebody_else_is_refused()
    {
        await using var host = await StartAsync(Issuer);

        (await RefusalAsync(host, Sign("read", audience: "another"))).ShouldBe(new Status(StatusCode.Unauthenticated, "bad token: it is for another audience; 'strata token create' makes a new one"));
        (await RefusalAsync(host, Sign("read", issuer: "https://other.example.org"))).ShouldBe(new Status(StatusCode.Unauthenticated, "bad token: it is of another issuer; 'strata token create' makes a new one"));
    }

    [Fact]
    public async Task A_secret_made_of_the_providers_public_key_signs_nothing()
    {
        await using var host = await StartAsync(Issuer);
        var confused = new SigningCredentials(new SymmetricSecurityKey(_key.ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha384);

        (await RefusalAsync(host, Sign("read-write", signing: confused))).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_unavailable_and_not_the_callers_fault()
    {
        await using var host = await StartAsync(new Uri("http://127.0.0.1:1"));

        (await RefusalAsync(host, Sign("read"))).ShouldBe(new Status(StatusCode.Unavailable, "tokens of http://127.0.0.1:1/ cannot be checked: that issuer cannot be reached; try again"));
        host.Log.Lines.ShouldHaveSingleItem().ShouldStartWith("Warning: tokens of http://127.0.0.1:1/ cannot be checked: ");
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.StopAsync(CancellationToken.None);
        await _provider.DisposeAsync();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string SecretPath => Path.Combine(_folder, "token.secret");

    private Task<CatalogHost> StartAsync(Uri issuer) => CatalogHost.StartAsync(tokens: new TokenOptions(SecretPath, new OidcIssuer(issuer, OidcIssuer.UsualAudience)));

    private string Sign(string permissions, string audience = "redap", string? issuer = null, SigningCredentials? signing = null) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer ?? Issuer.AbsoluteUri.TrimEnd('/'),
        Audience = audience,
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = signing ?? new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
        Claims = new Dictionary<string, object> { ["sub"] = "jane@example.org", ["permissions"] = permissions },
    });

    private static (string, string) Bearer(string token) => ("authorization", $"Bearer {token}");

    private static async Task<Status> RefusalAsync(CatalogHost host, string token) =>
        (await Should.ThrowAsync<RpcException>(() => host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new(), Bearer(token)))).Status;
}

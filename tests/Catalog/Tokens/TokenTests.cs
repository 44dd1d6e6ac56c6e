using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tokens;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Tokens;

/// <summary>Bearer tokens. Source: catalog-protocol §1.9.</summary>
public sealed class TokenTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-tokens-").FullName;

    private string SecretPath => Path.Combine(_folder, "token.secret");

    [Fact]
    public void A_token_that_grants_nothing_is_not_made_since_it_would_count_for_everything() =>
        Should.Throw<ArgumentException>(() => new TokenIssuer(new byte[32], TimeProvider.System).Create(new("robot-7", [], [], Hour)))
            .Message.ShouldStartWith("expected at least one grant, found none");

    [Fact]
    public async Task Without_a_token_every_call_is_unauthenticated_and_says_where_to_get_one()
    {
        await using var host = await StartAsync();

        var refused = await RefusalAsync(host, null);

        refused.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        refused.Detail.ShouldBe("no token; give one to the client (CatalogClient(url, token=…), REDAP_TOKEN, or the header authorization: Bearer …); 'strata token create' makes it");
    }

    [Fact]
    public async Task A_good_token_says_who_calls_and_what_that_one_may_do()
    {
        await using var host = await StartAsync();

        (await WhoAsync(host, Create(AccessScope.Read))).ShouldBe(("robot-7", true, false));
        (await WhoAsync(host, Create(AccessScope.Register, "my_robot"))).ShouldBe(("robot-7", true, true));
        (await WhoAsync(host, Create(AccessScope.Admin))).ShouldBe(("robot-7", true, true));
    }

    [Fact]
    public async Task An_expired_token_is_refused_with_the_time_of_its_end()
    {
        await using var host = await StartAsync();

        var refused = await RefusalAsync(host, new TokenIssuer(TokenSecret.LoadOrCreate(SecretPath), new HandClock()).Create(new("old", [new(AccessScope.Admin, null)], [], Hour)));

        (refused.StatusCode, refused.Detail).ShouldBe((StatusCode.Unauthenticated, "bad token: it expired at 2026-01-01 01:00:00Z; 'strata token create' makes a new one"));
    }

    [Fact]
    public async Task A_token_of_another_secret_is_refused()
    {
        await using var host = await StartAsync();

        var refused = await RefusalAsync(host, new TokenIssuer(RandomNumberGenerator.GetBytes(32), TimeProvider.System).Create(new("forger", [new(AccessScope.Admin, null)], [], Hour)));

        (refused.StatusCode, refused.Detail).ShouldBe((StatusCode.Unauthenticated, "bad token: its signature is not one of this server; 'strata token create' makes a new one"));
    }

    [Fact]
    public async Task A_token_whose_claims_were_changed_is_refused()
    {
        await using var host = await StartAsync();
        var parts = Create(AccessScope.Read).Split('.');
        var claims = Base64Url.Decode(parts[1]).Replace("\"read\"", "\"admin\"", StringComparison.Ordinal);

        (await RefusalAsync(host, $"{parts[0]}.{Base64Url.Encode(claims)}.{parts[2]}")).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS512","typ":"JWT"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""")]
    public async Task A_token_without_a_good_signature_is_refused_whatever_it_says_of_it(string header)
    {
        await using var host = await StartAsync();
        var claims = Create(AccessScope.Admin).Split('.')[1];

        (await RefusalAsync(host, $"{Base64Url.Encode(header)}.{claims}.")).StatusCode.ShouldBe(StatusCode.Unauthenticated);
        (await RefusalAsync(host, $"{Base64Url.Encode(header)}.{claims}.c2ln")).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    public async Task What_is_no_token_is_refused(string text)
    {
        await using var host = await StartAsync();

        (await RefusalAsync(host, text)).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task A_token_may_not_do_more_than_its_scope()
    {
        await using var host = await StartAsync();

        var refused = await Should.ThrowAsync<RpcException>(() =>
            host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>("CreateDatasetEntry", new() { Name = "x" }, Bearer(Create(AccessScope.Read, "my_robot"))));

        refused.Status.ShouldBe(new Status(StatusCode.PermissionDenied, "CreateDatasetEntry needs 'register', and the token of 'robot-7' has read:my_robot"));
    }

    [Fact]
    public async Task The_version_is_told_to_everybody_by_http_and_to_nobody_by_grpc()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient();

        (await http.GetStringAsync(new Uri(host.Url, "/version"), TestContext.Current.CancellationToken)).ShouldBe("strata 1.2.3");
        (await Should.ThrowAsync<RpcException>(() => host.CallAsync<VersionRequest, VersionResponse>("Version", new()))).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public void A_token_has_reruns_claims_and_our_scopes()
    {
        var token = new JsonWebTokenHandler().ReadJsonWebToken(
            new TokenIssuer(new byte[32], new HandClock()).Create(new("robot-7", [new(AccessScope.Register, "a"), new(AccessScope.Register, "b")], ["robots.example.org", ".local"], Hour)));

        Base64Url.Decode(token.EncodedPayload).ShouldBe(
            """{"aud":"redap","iss":"strata","exp":1767229200,"iat":1767225600,"sub":"robot-7","permissions":"read-write","allowed_hosts":["robots.example.org",".local"],"strata_scopes":["register:a","register:b"]}""");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_secret_is_made_once_and_only_its_owner_may_read_it()
    {
        var first = TokenSecret.LoadOrCreate(SecretPath);

        first.Length.ShouldBe(32);
        TokenSecret.LoadOrCreate(SecretPath).ShouldBe(first);
        Directory.GetFiles(_folder).ShouldBe([SecretPath]);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        File.GetUnixFileMode(SecretPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Of_many_who_make_the_secret_at_once_all_get_the_same()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Convert.ToHexString(TokenSecret.LoadOrCreate(SecretPath)))));

        all.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_secret_that_others_may_read_is_not_used()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        TokenSecret.LoadOrCreate(SecretPath);
        File.SetUnixFileMode(SecretPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Should.Throw<InvalidOperationException>(() => TokenSecret.LoadOrCreate(SecretPath)).Message
            .ShouldBe($"{SecretPath}: expected that only its owner may read it, found mode 640; chmod 600 it, or delete it and make new tokens");
    }

    [Fact]
    public void A_secret_that_is_none_is_not_used()
    {
        TokenSecret.LoadOrCreate(SecretPath);
        File.WriteAllText(SecretPath, "short");

        Should.Throw<InvalidOperationException>(() => TokenSecret.LoadOrCreate(SecretPath)).Message.ShouldBe($"{SecretPath}: expected 64 hexadecimal digits, found 5 characters; delete it and make new tokens");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CatalogHost> StartAsync() => CatalogHost.StartAsync(tokens: new TokenOptions(SecretPath, Oidc: null));

    private string Create(AccessScope scope, string? dataset = null) =>
        new TokenIssuer(TokenSecret.LoadOrCreate(SecretPath), TimeProvider.System).Create(new("robot-7", [new ScopeGrant(scope, dataset)], ImmutableArray<string>.Empty, Hour));

    private static (string, string) Bearer(string token) => ("authorization", $"Bearer {token}");

    private static async Task<(string User, bool Read, bool Write)> WhoAsync(CatalogHost host, string token)
    {
        var who = await host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new(), Bearer(token));
        return (who.UserId, who.CanRead, who.CanWrite);
    }

    private static async Task<Status> RefusalAsync(CatalogHost host, string? token) =>
        (await Should.ThrowAsync<RpcException>(() => host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new(), token is null ? [] : [Bearer(token)]))).Status;
}

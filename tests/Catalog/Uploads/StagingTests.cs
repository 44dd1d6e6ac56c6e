using System.Net;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Registration;
using Strata.Catalog.Tokens;
using Strata.Contracts;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Entries.EntryClient;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Uploads;

/// <summary>Files that a client sends before it registers them. Source: catalog-protocol §11.6.</summary>
public sealed class StagingTests : IDisposable
{
    private static readonly byte[] Run = TestSupport.Recordings.Scalars("run");

    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_staged_is_registered_by_its_storage_url_and_shown_under_it_and_may_be_registered_again()
    {
        await using var host = await CatalogHost.StartAsync();
        var (arm, leg) = (await CreateAsync(host, "arm"), await CreateAsync(host, "leg"));
        var granted = await GrantAsync(host, "a b/run.rrd", Run.Length);

        (await PutAsync(host, granted, Run)).ShouldBe(HttpStatusCode.OK);

        (await host.RegisterAsync(arm, Source(granted.StorageUrl))).Single().ShouldSatisfyAllConditions(r => r.Segment.ShouldBe("run"), r => r.Url.ShouldBe("strata://staged/a%20b/run.rrd"));
        (await host.RegisterAsync(leg, Source(granted.StorageUrl))).Single().Segment.ShouldBe("run");
        (await host.LayersAsync(leg)).ShouldBe([("run", "base")]);
    }

    [Fact]
    public async Task A_ticket_is_good_once_for_fifteen_minutes_and_only_as_it_was_issued()
    {
        var clock = new HandClock();
        await using var host = await CatalogHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var granted = await GrantAsync(host, "run.rrd", Run.Length);
        granted.Grant.ExpiresAt.ToDateTimeOffset().ShouldBe(clock.GetUtcNow().AddMinutes(15));
        var late = await GrantAsync(host, "late.rrd", Run.Length);
        var path = granted.Grant.HttpRequest.Url;

        (await PutAsync(host, path[..^2] + (path[^2] == 'A' ? "B" : "A") + path[^1], Run)).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(host, "/upload/nonsense", Run)).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(host, "/upload/a.b.c", Run)).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(host, granted, Run[1..])).ShouldBe(HttpStatusCode.BadRequest, "another size than it is for");
        (await PutAsync(host, granted, Run)).ShouldBe(HttpStatusCode.OK);
        (await PutAsync(host, granted, Run)).ShouldBe(HttpStatusCode.PreconditionFailed);
        clock.Advance(TimeSpan.FromMinutes(15));
        (await PutAsync(host, late, Run)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Another_process_with_the_same_secret_takes_a_ticket_and_one_with_another_does_not()
    {
        await using var issuing = await CatalogHost.StartAsync(options => options with { SecretPath = _folder.Path("secret") });
        await using var same = await CatalogHost.StartAsync(options => options with { SecretPath = _folder.Path("secret") });
        await using var other = await CatalogHost.StartAsync();
        var granted = await GrantAsync(issuing, "run.rrd", Run.Length);

        (await PutAsync(same, granted, Run)).ShouldBe(HttpStatusCode.OK);
        (await PutAsync(other, granted, Run)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("../k", "segment \"..\" starts or ends with `.`")]
    [InlineData("a/.hidden", "starts or ends with `.`")]
    [InlineData("a/b.", "starts or ends with `.`")]
    [InlineData("/a", "empty segment")]
    [InlineData("a//b", "empty segment")]
    [InlineData("a\\b", "U+005C")]
    [InlineData("a\0b", "U+0000")]
    public async Task A_key_that_is_no_path_of_names_is_refused_in_words(string key, string words)
    {
        await using var host = await CatalogHost.StartAsync();

        var refused = await Should.ThrowAsync<RpcException>(() => GrantAsync(host, key, 1));

        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refused.Status.Detail.ShouldStartWith("invalid object key: ");
        refused.Status.Detail.ShouldContain(words);
    }

    [Fact]
    public async Task More_than_the_server_takes_is_refused_before_it_is_sent()
    {
        await using var host = await CatalogHost.StartAsync();

        var refused = await Should.ThrowAsync<RpcException>(() => GrantAsync(host, "big.rrd", 10_000_000_000_000));

        (refused.StatusCode, refused.Status.Detail).ShouldBe((StatusCode.InvalidArgument, "cannot issue write access grant: expected at most 68719476736 bytes, found 10000000000000; the server's operator can raise Strata__Uploads__MaxBytes"));
    }

    [Fact]
    public async Task What_was_not_staged_is_not_found_and_no_prefix()
    {
        await using var host = await CatalogHost.StartAsync();
        var arm = await CreateAsync(host, "arm");

        (await Should.ThrowAsync<RpcException>(() => host.RegisterAsync(arm, Source("strata://staged/none.rrd")))).ShouldSatisfyAllConditions(
            e => e.StatusCode.ShouldBe(StatusCode.NotFound), e => e.Status.Detail.ShouldContain("stage it again"));
        (await Should.ThrowAsync<RpcException>(() => host.RegisterAsync(arm, Source("strata://staged/", prefix: true)))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task What_somebody_staged_is_registered_by_them_and_by_who_administers_all_and_by_nobody_else()
    {
        await using var host = await CatalogHost.StartAsync(tokens: new TokenOptions(_folder.Path("token.secret"), Oidc: null));
        var admin = Token("admin", AccessScope.Admin, null);
        var arm = (await host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>("CreateDatasetEntry", new() { Name = "arm" }, admin)).Dataset.Details.Id;
        var granted = await host.CallAsync<GetWriteAccessGrantRequest, GetWriteAccessGrantResponse>("GetWriteAccessGrant", new() { Key = "run.rrd" }, Token("ada", AccessScope.Register, "leg"));
        (await PutAsync(host, granted, Run)).ShouldBe(HttpStatusCode.OK, "the ticket is all that is shown");

        (await RegisterAsync(Token("bob", AccessScope.Register, "arm"))).ShouldBe(StatusCode.NotFound);
        (await RegisterAsync(Token("ada", AccessScope.Register, "arm"))).ShouldBe(StatusCode.OK);
        (await RegisterAsync(admin)).ShouldBe(StatusCode.OK);

        async Task<StatusCode> RegisterAsync((string, string) token)
        {
            try
            {
                var request = new RegisterWithDatasetRequest { OnDuplicate = IfDuplicateBehavior.Skip, DataSources = { Source(granted.StorageUrl) } };
                await host.CallAsync<RegisterWithDatasetRequest, RegisterWithDatasetResponse>("RegisterWithDataset", request, ("x-rerun-entry-id", HexOf(arm)), token);
                return StatusCode.OK;
            }
            catch (RpcException e)
            {
                return e.StatusCode;
            }
        }
    }

    private static async Task<EntryId> CreateAsync(CatalogHost host, string name) =>
        (await host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>("CreateDatasetEntry", new() { Name = name })).Dataset.Details.Id;

    private static Task<GetWriteAccessGrantResponse> GrantAsync(CatalogHost host, string key, long size) => host.CallAsync<GetWriteAccessGrantRequest, GetWriteAccessGrantResponse>(
        "GetWriteAccessGrant", new() { Key = key, SizeBytes = (ulong)size, SupportedUploadMethods = { UploadMethod.SingleRequest }, Signing = UrlSigning.Signed });

    private Task<HttpStatusCode> PutAsync(CatalogHost host, GetWriteAccessGrantResponse granted, byte[] content) => PutAsync(host, granted.Grant.HttpRequest.Url, content);

    private async Task<HttpStatusCode> PutAsync(CatalogHost host, string path, byte[] content)
    {
        using var answer = await _http.PutAsync(new Uri(host.Url, path), new ByteArrayContent(content), Cancel);
        return answer.StatusCode;
    }

    private (string Name, string Value) Token(string subject, AccessScope scope, string? dataset) => (
        "authorization",
        $"Bearer {new TokenIssuer(TokenSecret.LoadOrCreate(_folder.Path("token.secret")), TimeProvider.System).Create(new(subject, [new ScopeGrant(scope, dataset)], [], TimeSpan.FromHours(1)))}");
}

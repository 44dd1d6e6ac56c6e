using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Tests.Connect;

/// <summary>The first calls of a client. Source: catalog-protocol §1.9, §1.10, §2.2, §11.2.</summary>
public sealed class ConnectTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version_tells_the_program_and_the_one_feature_that_clients_ask_for()
    {
        await using var host = await CatalogHost.StartAsync();

        var version = await host.CallAsync<VersionRequest, VersionResponse>("Version", new());

        version.Version.ShouldBe("strata 1.2.3");
        version.Features.ShouldBe(["per_segment_index_values"]);
        version.BuildInfo.CrateName.ShouldBe("strata");
        version.BuildInfo.Version.ShouldBe(new SemanticVersion { Major = 1, Minor = 2, Patch = 3 });
        (version.HasCloudProvider, version.HasCloudRegion).ShouldBe((false, false));
    }

    [Fact]
    public async Task Who_needs_no_token_is_nobody_and_may_do_everything()
    {
        await using var host = await CatalogHost.StartAsync();

        var who = await host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new());

        who.ShouldBe(new WhoAmIResponse { CanRead = true, CanWrite = true, Capabilities = new() { Capabilities = { "catalog:write:staging", "dataset:find_chunks" } } });
    }

    [Fact]
    public async Task WhoAmI_names_the_abilities_that_the_server_was_given()
    {
        await using var host = await CatalogHost.StartAsync(options => options with { Capabilities = ["some:other:ability"] });

        (await host.CallAsync<WhoAmIRequest, WhoAmIResponse>("WhoAmI", new())).Capabilities.Capabilities.ShouldBe(["some:other:ability"]);
    }

    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(1, new[] { 1 })]
    [InlineData(1 << 20, new[] { 1 << 20 })]
    [InlineData((1 << 20) + 1, new[] { 1 << 20, 1 })]
    [InlineData(5_000_000, new[] { 1 << 20, 1 << 20, 1 << 20, 1 << 20, 805_696 })]
    public async Task The_bandwidth_test_sends_exactly_what_was_asked_in_pieces_of_a_mebibyte(int bytes, int[] pieces)
    {
        await using var host = await CatalogHost.StartAsync();

        var answers = await host.StreamAsync<DoBandwidthTestRequest, DoBandwidthTestResponse>("DoBandwidthTest", new() { NumBytes = (ulong)bytes });

        answers.Select(a => a.Payload.Length).ShouldBe(pieces);
    }

    [Fact]
    public async Task The_bandwidth_test_sends_what_cannot_be_compressed()
    {
        await using var host = await CatalogHost.StartAsync();

        var answers = await host.StreamAsync<DoBandwidthTestRequest, DoBandwidthTestResponse>("DoBandwidthTest", new() { NumBytes = 2 << 20 });

        using var packed = new MemoryStream();
        await using (var zip = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var answer in answers)
            {
                answer.Payload.WriteTo(zip);
            }
        }

        packed.Length.ShouldBeGreaterThan(2 << 20);
    }

    [Fact]
    public async Task The_bandwidth_test_has_a_limit()
    {
        await using var host = await CatalogHost.StartAsync();
        Task Ask(ulong bytes) => host.StreamAsync<DoBandwidthTestRequest, DoBandwidthTestResponse>("DoBandwidthTest", new() { NumBytes = bytes });

        await Ask(33_554_432);
        (await Should.ThrowAsync<RpcException>(() => Ask(33_554_433))).Status.ShouldBe(new Status(StatusCode.InvalidArgument, "num_bytes (33554433) exceeds the maximum of 33554432"));
    }

    [Fact]
    public async Task A_plain_request_for_the_version_says_what_listens_here()
    {
        await using var host = await CatalogHost.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/version"));
        request.Headers.Add("origin", "http://localhost:9090");

        using var answer = await http.SendAsync(request, Token);

        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe("strata 1.2.3");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        answer.Headers.GetValues("access-control-allow-origin").Single().ShouldBe("http://localhost:9090");
        answer.Headers.GetValues("x-rerun-server-version").Single().ShouldBe("strata/1.2.3");
    }
}

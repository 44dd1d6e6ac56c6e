using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tokens;
using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Reading;

/// <summary>What a token for one dataset opens: nothing of another one, not even by its chunks' keys.</summary>
public sealed class ReadingAccessTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_a_dataset_is_read_without_the_right_to_read_it()
    {
        await using var host = await CatalogHost.StartAsync(tokens: new TokenOptions(_folder.Path("token.secret"), Oidc: null));
        var (arm, leg) = (await ReadDataset.CreateAsync(host, "arm"), await ReadDataset.CreateAsync(host, "leg"));
        await arm.RegisterAsync(SegmentTableTests.Layer("pick_01_base"));
        await leg.RegisterAsync(SegmentTableTests.Layer("place_02_base"));
        var (mine, all) = (Token("arm"), Token(null));
        var everything = new FindChunksRequest { Contents = new() { All = new() }, Static = new() { Segments = new() { All = new() } } };
        var keys = (await host.StreamAsync<FindChunksRequest, FindChunksResponse>("FindChunks", everything, leg.Address, all)).Select(m => m.Data).ToList();
        Func<Task>[] calls =
        [
            () => host.CallAsync<GetSegmentTableSchemaRequest, GetSegmentTableSchemaResponse>("GetSegmentTableSchema", new(), leg.Address, mine),
            () => host.StreamAsync<ScanSegmentTableRequest, ScanSegmentTableResponse>("ScanSegmentTable", new(), leg.Address, mine),
            () => host.CallAsync<GetDatasetManifestSchemaRequest, GetDatasetManifestSchemaResponse>("GetDatasetManifestSchema", new(), leg.Address, mine),
            () => host.StreamAsync<ScanDatasetManifestRequest, ScanDatasetManifestResponse>("ScanDatasetManifest", new(), leg.Address, mine),
            () => host.CallAsync<GetDatasetSchemaRequest, GetDatasetSchemaResponse>("GetDatasetSchema", new(), leg.Address, mine),
            () => host.StreamAsync<GetSchemasRequest, GetSchemasResponse>("GetSchemas", new(), leg.Address, mine),
            () => host.StreamAsync<FindChunksRequest, FindChunksResponse>("FindChunks", everything, leg.Address, mine),
            () => host.StreamAsync<QueryDatasetRequest, QueryDatasetResponse>("QueryDataset", new(), leg.Address, mine),
            () => host.StreamAsync<GetRrdManifestRequest, GetRrdManifestResponse>("GetRrdManifest", new() { SegmentId = new() { Id = "place_02" } }, leg.Address, mine),
            () => host.StreamAsync<FetchChunksRequest, FetchChunksResponse>("FetchChunks", new() { ChunkInfos = { keys } }, mine),
        ];
        foreach (var call in calls)
        {
            (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.PermissionDenied);
        }

        (await host.StreamAsync<FetchChunksRequest, FetchChunksResponse>("FetchChunks", new() { ChunkInfos = { keys } }, all)).ShouldNotBeEmpty();
        (await host.StreamAsync<FindChunksRequest, FindChunksResponse>("FindChunks", everything, arm.Address, mine)).Single().Data.ToBatch("answer").Length.ShouldBeGreaterThan(0);
    }

    private (string Name, string Value) Token(string? dataset) => (
        "authorization",
        $"Bearer {new TokenIssuer(TokenSecret.LoadOrCreate(_folder.Path("token.secret")), TimeProvider.System).Create(new("robot-7", [new ScopeGrant(AccessScope.Read, dataset)], [], TimeSpan.FromHours(1)))}");
}

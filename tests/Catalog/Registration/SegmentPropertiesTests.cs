using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Entries.EntryClient;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>Source: catalog-protocol §2.13, §11.6.</summary>
public sealed class SegmentPropertiesTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private CatalogHost _host = null!;
    private EntryId _dataset = null!;
    private EntryId _assets = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        var created = await _host.CreateAsync("robots");
        (_dataset, _assets) = (created.Details.Id, created.DatasetDetails.AssetDataset);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_set_is_read_back_with_its_revision_and_removed_again()
    {
        var revision = await SetAsync(_dataset, "run", Texts(("property:review:verdict", ["good"])));
        revision.ShouldNotBe(0UL);
        var read = (await GetAsync(_dataset, "nobody", "run")).Segments.Single();
        (read.SegmentId.Id, read.Revision).ShouldBe(("run", revision));
        var table = read.Properties.ToBatch("answer");
        ((StringArray)((ListArray)table.Column("property:review:verdict")).GetSlicedValues(0)!).GetString(0).ShouldBe("good");

        await DeleteAsync(("run", 7));
        (await GetAsync(_dataset, "run")).Segments.Single().Revision.ShouldBe(revision);
        await DeleteAsync(("run", revision), ("nobody", null));
        (await GetAsync(_dataset, "run")).Segments.ShouldBeEmpty();
    }

    [Fact]
    public async Task They_are_there_after_a_restart_and_in_a_catalog_that_was_replayed()
    {
        var data = _folder.Path("data");
        Directory.CreateDirectory(data);
        EntryId dataset;
        ulong revision;
        await using (var host = await CatalogHost.StartAsync(folder: data))
        {
            dataset = (await host.CreateAsync("robots")).Details.Id;
            revision = (await host.CallAsync<SetSegmentPropertiesRequest, SetSegmentPropertiesResponse>(
                "SetSegmentProperties", new() { SegmentId = new() { Id = "run" }, Properties = Texts(("property:a:b", ["x"])) }, Header(dataset))).Revision;
        }

        Directory.Delete(Path.Combine(data, "readmodels"), recursive: true);
        await using (var host = await CatalogHost.StartAsync(folder: data))
        {
            await host.Ports.ReadModels.WaitForAsync(await host.Ports.Store.HeadAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            var read = await host.StreamAsync<GetSegmentPropertiesRequest, GetSegmentPropertiesResponse>("GetSegmentProperties", new() { SegmentIds = { new SegmentId { Id = "run" } } }, Header(dataset));
            read.Single().Segments.Single().Revision.ShouldBe(revision);
        }
    }

    [Fact]
    public async Task What_is_missing_or_stale_is_refused_with_Reruns_words()
    {
        await RefusedAsync(StatusCode.InvalidArgument, "segment_id is required", () => CallSetAsync(_dataset, new()));
        await RefusedAsync(StatusCode.InvalidArgument, "properties are required", () => CallSetAsync(_dataset, new() { SegmentId = new() { Id = "run" } }));
        await RefusedAsync(StatusCode.InvalidArgument, "segment_ids must name at least one segment", () => GetAsync(_dataset));
        var two = new RecordBatch(new Arrow.Schema([new Field("x", StringType.Default, nullable: true)]), [StringArray.From("a", "b")], 2).ToPart();
        await RefusedAsync(StatusCode.InvalidArgument, "segment properties must be a single row, got 2 rows", () => SetAsync(_dataset, "run", two));
        var revision = await SetAsync(_dataset, "run", Texts(("property:a:b", ["x"])));
        var stale = await Should.ThrowAsync<RpcException>(() => SetAsync(_dataset, "run", Texts(("property:a:b", ["y"])), 12_345));
        stale.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        stale.Status.Detail.ShouldStartWith($"Properties of segment 'run' were modified concurrently: expected revision 12345, found {revision}");
    }

    [Fact]
    public async Task They_show_in_no_table_and_outlive_the_layers()
    {
        await _host.RegisterAsync(_dataset, Source(_folder.Write("run.rrd", TestSupport.Recordings.Scalars("run"))));
        var revision = await SetAsync(_dataset, "run", Texts(("property:review:verdict", ["good"])));
        var table = await _host.Ports.ReadModels.Segments.ReadAsync(Catalog.Entries.EntryIds.ToDatasetId(_dataset), new(), TestContext.Current.CancellationToken);
        table.TryColumn("property:review:verdict").ShouldBeNull();
        await _host.UnregisterAsync(_dataset, ["run"], []);
        (await GetAsync(_dataset, "run")).Segments.Single().Revision.ShouldBe(revision);
    }

    [Fact]
    public async Task An_asset_belongs_to_the_segments_that_its_mode_and_list_say()
    {
        await _host.RegisterAsync(_assets, [.. ((string[])["plain", "all-but-one", "only-two"]).Select(a => Source(_folder.Write($"{a}.rrd", TestSupport.Recordings.Numbers(a))))]);
        (await AssetsAsync("run-1")).ShouldBe(["all-but-one", "only-two", "plain"]);
        await SetAsync(_assets, "all-but-one", Texts(("property:asset:mode", ["OptOut"]), ("property:asset:segments", ["run-1"])));
        await SetAsync(_assets, "only-two", Texts(("property:asset:mode", ["OptIn"]), ("property:asset:segments", ["run-2", "run-3"])));
        (await AssetsAsync("run-1")).ShouldBe(["plain"]);
        (await AssetsAsync("run-2")).ShouldBe(["all-but-one", "only-two", "plain"]);
        (await AssetsAsync(null)).ShouldBe(["all-but-one", "plain"]);
    }

    [Fact]
    public async Task Assets_are_asked_of_a_dataset_of_recordings_only()
    {
        var blueprints = (await _host.ReadAsync(_dataset)).DatasetDetails.BlueprintDataset;
        foreach (var (dataset, kind) in new[] { (blueprints, "Blueprint"), (_assets, "Asset") })
        {
            await RefusedAsync(StatusCode.InvalidArgument, $"assets can only be queried on recording datasets, this is a {kind} dataset", () => AssetsOfAsync(dataset, "run"));
        }
    }

    [Fact]
    public async Task A_dataset_without_assets_answers_its_asset_dataset_and_nothing_more()
    {
        var answer = (await AssetsOfAsync(_dataset, "run")).Single();
        answer.AssetsEntry.ShouldBe(_assets);
        answer.AssetSegmentIds.ShouldBeEmpty();
    }

    private async Task<IEnumerable<string>> AssetsAsync(string? segment) => (await AssetsOfAsync(_dataset, segment)).Single().AssetSegmentIds.Select(s => s.Id);

    private Task<List<GetAssetsForSegmentResponse>> AssetsOfAsync(EntryId dataset, string? segment) => _host.StreamAsync<GetAssetsForSegmentRequest, GetAssetsForSegmentResponse>(
        "GetAssetsForSegment", new() { SegmentId = segment is null ? null : new SegmentId { Id = segment } }, Header(dataset));

    private async Task<ulong> SetAsync(EntryId dataset, string segment, DataframePart properties, ulong? expected = null)
    {
        var request = new SetSegmentPropertiesRequest { SegmentId = new() { Id = segment }, Properties = properties };
        if (expected is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await CallSetAsync(dataset, request)).Revision;
    }

    private Task<SetSegmentPropertiesResponse> CallSetAsync(EntryId dataset, SetSegmentPropertiesRequest request) =>
        _host.CallAsync<SetSegmentPropertiesRequest, SetSegmentPropertiesResponse>("SetSegmentProperties", request, Header(dataset));

    private async Task<GetSegmentPropertiesResponse> GetAsync(EntryId dataset, params string[] segments) => (await _host.StreamAsync<GetSegmentPropertiesRequest, GetSegmentPropertiesResponse>(
        "GetSegmentProperties", new() { SegmentIds = { segments.Select(s => new SegmentId { Id = s }) } }, Header(dataset))).Single();

    private async Task DeleteAsync(params (string Segment, ulong? Expected)[] segments)
    {
        var request = new DeleteSegmentPropertiesRequest();
        foreach (var (segment, expected) in segments)
        {
            var deletion = new SegmentPropertiesDeletion { SegmentId = new() { Id = segment } };
            if (expected is { } revision)
            {
                deletion.ExpectedRevision = revision;
            }

            request.Segments.Add(deletion);
        }

        await _host.CallAsync<DeleteSegmentPropertiesRequest, DeleteSegmentPropertiesResponse>("DeleteSegmentProperties", request, Header(_dataset));
    }

    private static (string, string) Header(EntryId dataset) => ("x-rerun-entry-id", HexOf(dataset));

    /// <summary>One row; each column a list of texts, as clients send it.</summary>
    private static DataframePart Texts(params (string Column, string[] Values)[] columns)
    {
        var item = new Field("item", StringType.Default, nullable: true);
        return new RecordBatch(
            new Arrow.Schema(columns.Select(c => new Field(c.Column, new ListType(item), nullable: true))),
            columns.Select(c => ListArray.From(item, [0, c.Values.Length], StringArray.From(c.Values))),
            1).ToPart();
    }
}

using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Acceptance;
using Strata.Contracts;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Moments and pins over the wire: what addresses them, what they answer, and that nothing changes them.</summary>
public sealed class MomentsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private CatalogHost _host = null!;
    private ReadDataset _dataset = null!;
    private long _at;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _dataset = await ReadDataset.CreateAsync(_host);
        await _dataset.RegisterAsync(File("a", JointRecording.Base("a", 0.01)));
        _at = await _host.Ports.Store.HeadAsync(Cancel);
        await _dataset.RegisterAsync(File("b", JointRecording.Base("b", 0.01)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_moment_is_found_by_its_name_by_position_and_by_time_and_is_in_no_list()
    {
        var found = await FindOneAsync($"robots[{_at}]");
        found.Name.ShouldBe($"robots[{_at}]");
        found.EntryKind.ShouldBe(EntryKind.Dataset);
        found.Id.ToDatasetId().ShouldBe(MomentId.Of(_dataset.Id, _at));
        (await FindOneAsync($"robots[{await TimeOfAsync(_at)}]")).ShouldBe(found);
        (await _host.ReadAsync(found.Id)).Details.ShouldBe(found);
        (await ReadByNameAsync($"robots[{_at}]")).Details.ShouldBe(found);
        (await _host.FindAsync(new EntryFilter { Id = found.Id })).ShouldBe([found]);
        (await _host.NamesAsync(EntryKind.Dataset)).ShouldBe(["robots"]);
    }

    [Fact]
    public async Task A_time_with_an_offset_is_a_name_although_no_entry_could_be_called_so()
    {
        var at = DateTimeOffset.UnixEpoch.AddTicks((await RecordedAtAsync(_at) / 100) + 1).ToOffset(TimeSpan.FromHours(2));
        var name = $"robots[{at:yyyy-MM-dd'T'HH:mm:ss.fffffff}+02:00]";
        (await FindOneAsync(name)).Name.ShouldBe($"robots[{_at}]");
    }

    [Theory]
    [InlineData("robots[99999]", StatusCode.NotFound, "the log ends at position")]
    [InlineData("robots[1999-01-01]", StatusCode.NotFound, "there was no dataset 'robots' as of position 0")]
    [InlineData("robots[2026-13-01]", StatusCode.InvalidArgument, "expected in the brackets a log position")]
    [InlineData("rob!ots[1]", StatusCode.InvalidArgument, "contains invalid character '!'")]
    public async Task What_is_no_moment_is_refused_in_words(string name, StatusCode code, string words)
    {
        var refused = await Should.ThrowAsync<RpcException>(() => _host.FindAsync(new EntryFilter { Name = name }));
        refused.StatusCode.ShouldBe(code);
        refused.Status.Detail.ShouldContain(words);
    }

    [Fact]
    public async Task The_segments_chunks_and_properties_of_a_moment_are_those_of_then_also_when_the_dataset_is_gone()
    {
        await SetPropertiesAsync(_dataset.Address, 1);
        var at = await _host.Ports.Store.HeadAsync(Cancel);
        var moment = ("x-rerun-entry-id", MomentId.Of(_dataset.Id, at).Value);
        var (found, manifest, chunks, properties) = await AllOfAsync(moment);
        found.ShouldBe(2);
        properties.ShouldContain("\"revision\"");
        await SetPropertiesAsync(_dataset.Address, 2);
        await _dataset.RegisterLayerAsync("base", OnDuplicate.Replace, File("a2", JointRecording.Base("a", 0.5)));
        (await AllOfAsync(moment)).ShouldBe((found, manifest, chunks, properties));
        (await AllOfAsync(_dataset.Address)).ShouldNotBe((found, manifest, chunks, properties));

        await _host.DeleteAsync(_dataset.Id.ToMessage());
        (await AllOfAsync(moment)).ShouldBe((found, manifest, chunks, properties));
        (await FindOneAsync($"robots[{at}]")).Id.ToDatasetId().Value.ShouldBe(moment.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_change_of_a_moment_or_a_pin_is_a_failed_precondition(bool isPin)
    {
        var id = MomentId.Of(_dataset.Id, _at);
        if (isPin)
        {
            id = (await _host.Ports.Registrar.PinDatasetAsync(new(_dataset.Id, _at, "v1", new EventSource("cli", "ada")), Cancel)).Dataset;
            await _host.CaughtUpAsync();
        }

        var (message, address) = (id.ToMessage(), ("x-rerun-entry-id", id.Value));
        var source = new DataSource { StorageUrl = new Uri(File("c", JointRecording.Base("c", 0.1))).AbsoluteUri, Layer = "base", Typ = DataSourceKind.Rrd };
        List<Func<Task>> changes =
        [
            () => _host.CallAsync<RegisterWithDatasetRequest, RegisterWithDatasetResponse>("RegisterWithDataset", new() { DataSources = { source } }, address),
            () => _host.StreamAsync<UnregisterFromDatasetRequest, UnregisterFromDatasetResponse>("UnregisterFromDataset", new() { LayersToDrop = { "base" } }, address),
            () => SetPropertiesAsync(address, 1),
            () => _host.CallAsync<DeleteSegmentPropertiesRequest, DeleteSegmentPropertiesResponse>("DeleteSegmentProperties", new() { Segments = { new SegmentPropertiesDeletion { SegmentId = new() { Id = "a" } } } }, address),
            () => _host.DetailAsync(message, new()),
        ];
        if (!isPin)
        {
            changes.AddRange([() => _host.RenameAsync(message, "x"), () => _host.DeleteAsync(message)]);
        }

        var head = await _host.Ports.Store.HeadAsync(Cancel);
        foreach (var change in changes)
        {
            var refused = await Should.ThrowAsync<RpcException>(change);
            refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition, refused.Status.Detail);
            refused.Status.Detail.ShouldContain("never changed");
        }

        (await _host.Ports.Store.HeadAsync(Cancel)).ShouldBe(head);
        (await _host.RenameAsync(message, null)).Id.ShouldBe(message);
    }

    [Fact]
    public async Task No_new_entry_is_called_like_a_moment()
    {
        (await Should.ThrowAsync<RpcException>(() => _host.CreateAsync("arms[1]"))).Status.Detail.ShouldContain("means dataset 'arms' as of '1'");
        (await Should.ThrowAsync<RpcException>(() => _host.RenameAsync(_dataset.Id.ToMessage(), "arms[1]"))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task A_reference_that_was_changed_since_says_so_also_to_who_reads_the_past()
    {
        var referenced = await ReadDataset.CreateAsync(_host, "references", KeepMode.Reference);
        var file = File("r", JointRecording.Base("r", 0.01));
        await referenced.RegisterAsync(file);
        var at = await _host.Ports.Store.HeadAsync(Cancel);
        var moment = ("x-rerun-entry-id", MomentId.Of(referenced.Id, at).Value);
        await referenced.UnregisterAsync("r");
        (await ChunksAsync(moment)).ShouldNotBeEmpty();

        System.IO.File.WriteAllBytes(file, JointRecording.Base("r", 0.77));
        var refused = await Should.ThrowAsync<RpcException>(() => ChunksAsync(moment));
        refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        refused.Status.Detail.ShouldContain(file);
    }

    private async Task<(int Segments, string Manifest, string Chunks, string Properties)> AllOfAsync((string, string) address)
    {
        var segments = ReadDataset.Join((await _host.StreamAsync<ScanSegmentTableRequest, ScanSegmentTableResponse>("ScanSegmentTable", new(), address)).Select(m => m.Data));
        var manifest = ReadDataset.Join((await _host.StreamAsync<ScanDatasetManifestRequest, ScanDatasetManifestResponse>("ScanDatasetManifest", new(), address)).Select(m => m.Data));
        var properties = await _host.StreamAsync<GetSegmentPropertiesRequest, GetSegmentPropertiesResponse>("GetSegmentProperties", new() { SegmentIds = { new SegmentId { Id = "a" } } }, address);
        return (segments.Length, Convert.ToHexString(manifest.ToIpcStream()), await ChunksAsync(address), properties.Single().ToString());
    }

    private async Task<string> ChunksAsync((string, string) address)
    {
        var request = new FindChunksRequest { Contents = new() { All = new() }, Range = new() { Timeline = "real_time", Segments = new() { All = new() } } };
        var rows = ReadDataset.Join((await _host.StreamAsync<FindChunksRequest, FindChunksResponse>("FindChunks", request, address)).Select(m => m.Data));
        return string.Concat((await _dataset.FetchAsync(rows)).Select(c => Convert.ToHexString(c.Span)));
    }

    private Task<SetSegmentPropertiesResponse> SetPropertiesAsync((string, string) address, long value) => _host.CallAsync<SetSegmentPropertiesRequest, SetSegmentPropertiesResponse>(
        "SetSegmentProperties",
        new()
        {
            SegmentId = new() { Id = "a" },
            Properties = Dataframes.DataframeParts.ToPart(new Arrow.RecordBatch(new Arrow.Schema([new Arrow.Field("property:x:y", Arrow.Int64Type.Default, nullable: true)]), [Arrow.Int64Array.From([value])], 1)),
        },
        address);

    private async Task<EntryDetails> FindOneAsync(string name) => (await _host.FindAsync(new EntryFilter { Name = name, EntryKind = EntryKind.Dataset })).ShouldHaveSingleItem();

    private async Task<long> RecordedAtAsync(long position) => (await _host.Ports.Store.ReadAsync(position - 1, 1, Cancel)).Events.Single().RecordedAtNs;

    private async Task<string> TimeOfAsync(long position)
    {
        var ns = await RecordedAtAsync(position);
        return $"{DateTimeOffset.UnixEpoch.AddTicks(ns / 100):yyyy-MM-dd'T'HH:mm:ss}.{ns % 1_000_000_000:D9}Z";
    }

    /// <summary>The library does the base64 of a header that ends in <c>-bin</c>.</summary>
    private async Task<Protocol.DatasetEntry> ReadByNameAsync(string name)
    {
        var headers = new Metadata { { "x-rerun-entry-name-bin", System.Text.Encoding.UTF8.GetBytes(name) } };
        using var call = _host.Channel.CreateCallInvoker().AsyncUnaryCall(
            CatalogMethods.Of<ReadDatasetEntryRequest, ReadDatasetEntryResponse>(MethodType.Unary, "ReadDatasetEntry"), null, new CallOptions(headers, cancellationToken: Cancel), new());
        return (await call).Dataset;
    }

    private string File(string name, byte[] content) => _folder.Write($"{name}.rrd", content);
}

using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Catalog.Tests;

/// <summary>A dataset of a server, registered through the write side's door and read through the catalog's.</summary>
internal sealed class ReadDataset
{
    private static readonly EventSource Someone = new("sdk", "ada");

    private readonly CatalogHost _server;

    private ReadDataset(CatalogHost server, string name, DatasetId id) => (_server, Name, Id) = (server, name, id);

    public string Name { get; }

    public DatasetId Id { get; }

    public (string Name, string Value) Address => ("x-rerun-entry-id", Id.Value);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="keep">How the bytes of what is registered are kept.</param>
    public static async Task<ReadDataset> CreateAsync(CatalogHost server, string name = "robots", KeepMode keep = KeepMode.Copy)
    {
        var created = await server.Ports.Registrar.CreateDatasetAsync(new CreateDataset(name, keep, [], Someone), Token);
        await server.Ports.ReadModels.WaitForAsync(created.Position, Token);
        return new(server, name, created.Dataset);
    }

    public Task RegisterAsync(params string[] paths) => RegisterLayerAsync("base", OnDuplicate.Error, paths);

    public async Task RegisterLayerAsync(string layer, OnDuplicate onDuplicate, params string[] paths)
    {
        var outcome = await SendAsync(layer, onDuplicate, paths);
        outcome.Recordings.ShouldAllBe(r => r.Status == RegistrationStatus.Registered || r.Status == RegistrationStatus.Replaced, string.Join('\n', outcome.Recordings));
    }

    /// <returns>False when the file was refused.</returns>
    public async Task<bool> TryRegisterAsync(string path) => (await SendAsync("base", OnDuplicate.Error, [path])).Recordings.All(r => r.Status == RegistrationStatus.Registered);

    public async Task UnregisterAsync(string segment, params string[] layers)
    {
        var outcome = await _server.Ports.Registrar.UnregisterAsync(new UnregisterLayers(Id, [segment], [.. layers], Someone), Token);
        await _server.Ports.ReadModels.WaitForAsync(outcome.Position, Token);
    }

    public async Task<Arrow.Schema> SegmentTableSchemaAsync() => Arrow.Schema.FromIpcStream(
        (await _server.CallAsync<GetSegmentTableSchemaRequest, GetSegmentTableSchemaResponse>("GetSegmentTableSchema", new(), Address)).Schema.ArrowSchema.Memory);

    public async Task<Arrow.Schema> ManifestSchemaAsync() => Arrow.Schema.FromIpcStream(
        (await _server.CallAsync<GetDatasetManifestSchemaRequest, GetDatasetManifestSchemaResponse>("GetDatasetManifestSchema", new(), Address)).Schema.ArrowSchema.Memory);

    public async Task<Arrow.Schema> SchemaAsync() => Arrow.Schema.FromIpcStream(
        (await _server.CallAsync<GetDatasetSchemaRequest, GetDatasetSchemaResponse>("GetDatasetSchema", new(), Address)).Schema.ArrowSchema.Memory);

    public Task<List<ScanSegmentTableResponse>> ScanSegmentTableAsync(ScanSegmentTableRequest request) =>
        _server.StreamAsync<ScanSegmentTableRequest, ScanSegmentTableResponse>("ScanSegmentTable", request, Address);

    public async Task<RecordBatch> ScanSegmentsAsync(ScanSegmentTableRequest? request = null) => Join((await ScanSegmentTableAsync(request ?? new())).Select(m => m.Data));

    public async Task<RecordBatch> ScanManifestAsync(ScanDatasetManifestRequest? request = null) =>
        Join((await _server.StreamAsync<ScanDatasetManifestRequest, ScanDatasetManifestResponse>("ScanDatasetManifest", request ?? new(), Address)).Select(m => m.Data));

    public Task<List<GetSchemasResponse>> SchemasAsync(GetSchemasRequest request) =>
        _server.StreamAsync<GetSchemasRequest, GetSchemasResponse>("GetSchemas", request, Address);

    public async Task<RecordBatch> FindChunksAsync(FindChunksRequest request) =>
        Join((await _server.StreamAsync<FindChunksRequest, FindChunksResponse>("FindChunks", request, Address)).Select(m => m.Data));

    public async Task<RecordBatch> QueryAsync(QueryDatasetRequest request, string client = "rerun-py/0.36.2") =>
        Join((await _server.StreamAsync<QueryDatasetRequest, QueryDatasetResponse>("QueryDataset", request, Address, ("x-rerun-client-version", client))).Select(m => m.Data));

    public async Task<IReadOnlyList<RrdManifest>> ManifestsAsync(string segment) =>
        [.. (await _server.StreamAsync<GetRrdManifestRequest, GetRrdManifestResponse>("GetRrdManifest", new() { SegmentId = new() { Id = segment } }, Address)).Select(m => m.RrdManifest)];

    /// <summary>Every chunk of the dataset, static ones too.</summary>
    public Task<RecordBatch> FindAllAsync(string timeline) =>
        FindChunksAsync(new() { Contents = new() { All = new() }, Range = new() { Timeline = timeline, Segments = new() { All = new() } } });

    public Task<List<ByteString>> FetchAsync(params IEnumerable<RecordBatch> rows) => FetchAsync(new FetchChunksRequest { ChunkInfos = { rows.Select(r => r.ToPart()) } });

    public async Task<List<ByteString>> FetchAsync(FetchChunksRequest request) =>
        [.. (await _server.StreamAsync<FetchChunksRequest, FetchChunksResponse>("FetchChunks", request)).SelectMany(m => m.Chunks)];

    public static async Task<RpcException> RefusalAsync(Func<Task> call) => await Should.ThrowAsync<RpcException>(call);

    /// <summary>Parts of one answer have one schema.</summary>
    public static RecordBatch Join(IEnumerable<DataframePart> parts)
    {
        var batches = parts.Select(p => p.ToBatch("answer")).ToList();
        batches.ShouldNotBeEmpty();
        batches.ShouldAllBe(b => b.Schema.Equals(batches[0].Schema));
        return new(
            batches[0].Schema,
            Enumerable.Range(0, batches[0].ColumnCount).Select(c => ArrayConcatenator.Concatenate([.. batches.Select(b => b.Column(c))])),
            batches.Sum(b => b.Length));
    }

    private async Task<RegisterOutcome> SendAsync(string layer, OnDuplicate onDuplicate, IEnumerable<string> paths)
    {
        ImmutableArray<RecordingRequest> sources = [.. paths.Select(p => new RecordingRequest(p, new Uri(p).AbsoluteUri))];
        var outcome = await _server.Ports.Registrar.RegisterAsync(new RegisterRecordings(Name, layer, sources, onDuplicate, null, [], Someone, null), null, Token);
        await _server.Ports.ReadModels.WaitForAsync(outcome.Position, Token);
        return outcome;
    }
}

using Google.Protobuf;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Protocol;
using Strata.Rrd;
using static Strata.Catalog.Tests.Entries.EntryClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>Source: catalog-protocol §2.8.</summary>
public sealed class WriteChunksTests : IAsyncLifetime
{
    private static readonly Rrd.Tuid First = new(1_750_000_000_000_000_000, 1);

    private CatalogHost _host = null!;
    private EntryId _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _dataset = (await _host.CreateAsync("robots")).Details.Id;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Chunks_become_one_base_layer_a_segment()
    {
        await WriteAsync(ChunkOf("a", 0), ChunkOf("b", 1), ChunkOf("a", 2, "rerun:partition_id"));
        (await _host.LayersAsync(_dataset)).ShouldBe([("a", "base"), ("b", "base")]);
        var chunks = (await _host.Ports.ReadModels.Chunks.ReadAsync(Catalog.Entries.EntryIds.ToDatasetId(_dataset), "a", asOf: null, TestContext.Current.CancellationToken)).Single();
        chunks.Chunks.Length.ShouldBe(2);
        using var file = await _host.Ports.Recordings.OpenAsync(chunks.Kept, TestContext.Current.CancellationToken);
        var reader = await RrdReader.OpenAsync(file, TestContext.Current.CancellationToken);
        reader.Contents.Findings.ShouldBeEmpty();
        reader.Contents.Recordings.Single().Id.RecordingId.ShouldBe("a");
    }

    [Fact]
    public async Task A_segment_that_stands_refuses_all_of_them()
    {
        await WriteAsync(ChunkOf("a", 0));
        var refused = await Should.ThrowAsync<RpcException>(() => WriteAsync(ChunkOf("b", 1), ChunkOf("a", 2)));
        (refused.StatusCode, refused.Status.Detail.Split('\n')[0]).ShouldBe((StatusCode.AlreadyExists, "Layer 'base' already exists"));
        (await _host.LayersAsync(_dataset)).ShouldBe([("a", "base")]);
    }

    [Fact]
    public async Task What_is_no_chunk_of_a_segment_is_refused_and_nothing_is_at_all_well()
    {
        await WriteAsync();
        await RefusedAsync("expected the segment id in the chunk's metadata 'rerun:segment_id', found none", ChunkOf("a", 0, "other"));
        await RefusedAsync("expected an Arrow IPC stream with one chunk", new RerunChunk { EncoderVersion = EncoderVersion.V0, Payload = ByteString.CopyFromUtf8("none") });
        await RefusedAsync("expected encoder version 1, found 0", new RerunChunk());
        (await _host.LayersAsync(_dataset)).ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_fits_into_memory_is_refused()
    {
        var huge = new RerunChunk { EncoderVersion = EncoderVersion.V0, Payload = ByteString.CopyFrom(new byte[(64 << 20) + 1]) };
        await RefusedAsync("expected at most 67108864 bytes of chunks in one call", huge);
    }

    private async Task RefusedAsync(string text, RerunChunk chunk)
    {
        var refused = await Should.ThrowAsync<RpcException>(() => WriteAsync(chunk));
        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refused.Status.Detail.ShouldContain(text);
    }

    private async Task WriteAsync(params RerunChunk[] chunks)
    {
        var headers = new Metadata { { "x-rerun-entry-id", HexOf(_dataset) }, { "x-rerun-client-version", RegistrationClient.OldClient } };
        using var call = _host.Channel.CreateCallInvoker().AsyncClientStreamingCall(
            CatalogMethods.Of<WriteChunksRequest, WriteChunksResponse>(MethodType.ClientStreaming, "WriteChunks"), null, new CallOptions(headers, cancellationToken: TestContext.Current.CancellationToken));
        try
        {
            foreach (var chunk in chunks)
            {
                await call.RequestStream.WriteAsync(new() { Chunk = chunk }, TestContext.Current.CancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Answered before all was sent: the answer's status tells.
        }

        await call.ResponseAsync;
    }

    private static RerunChunk ChunkOf(string segment, ulong number, string key = "rerun:segment_id")
    {
        var id = First.Next(number * 1_000);
        var chunk = ChunkBatch.From(ChunkBuilder.SendStatic(id, id.Next(), Rrd.EntityPath.Parse($"/value/{number}"), ChunkBuilder.AnyValue("v", Int64Array.From([7L]))));
        var metadata = new Dictionary<string, string>(chunk.Schema.Metadata) { [key] = segment };
        var batch = new RecordBatch(new Arrow.Schema(chunk.Schema.FieldsList, metadata), chunk.Arrays, chunk.Length);
        return new() { EncoderVersion = EncoderVersion.V0, Payload = ByteString.CopyFrom(batch.ToIpcStream()) };
    }
}

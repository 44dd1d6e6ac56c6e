using System.Buffers;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Protocol;
using Strata.Rrd;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Reading;

public sealed class FindChunksTests : IDisposable
{
    private static readonly string[] Columns =
    [
        "chunk_id", "chunk_segment_id", "rerun_segment_layer", "chunk_key", "chunk_entity_path", "chunk_is_static", "chunk_byte_len", "chunk_byte_size_uncompressed",
        "chunk_timeline_start", "rerun_layer_direct_url", "rerun_layer_direct_url_expires_at",
    ];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_empty_dataset_answers_no_rows_in_the_promised_columns()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);

        var found = await dataset.FindChunksAsync(new() { Contents = new() { All = new() }, Static = new() { Segments = new() { All = new() } } });
        var queried = await dataset.QueryAsync(new() { SelectAllEntityPaths = true });

        found.Length.ShouldBe(0);
        found.Schema.FieldsList.Select(f => f.Name).ShouldBe(Columns);
        queried.Length.ShouldBe(0);
        queried.Schema.FieldsList.Select(f => f.Name).ShouldBe(Columns.Except(["chunk_timeline_start"]));
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_refused_in_Reruns_words_and_the_old_get_what_is_static()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(SegmentTableTests.Layer("pick_01_base"));
        var query = new QueryDatasetRequest { SelectAllEntityPaths = true, Query = new() { Range = new() { Index = new() { Timeline = new() { Name = "nope" } }, IndexRange = new() { Start = 0, End = 1 } } } };

        var found = await ReadDataset.RefusalAsync(() => dataset.FindAllAsync("nope"));
        var queried = await ReadDataset.RefusalAsync(() => dataset.QueryAsync(query, "rerun-py/0.41.0"));

        found.Status.ShouldBe(new Status(StatusCode.InvalidArgument, "unknown timeline `nope`"));
        queried.Status.ShouldBe(new Status(StatusCode.InvalidArgument, "unknown timeline `nope`"));
        var served = (BooleanArray)(await dataset.QueryAsync(query)).Column("chunk_is_static");
        served.Length.ShouldBeGreaterThan(0);
        Enumerable.Range(0, served.Length).ShouldAllBe(row => served.GetValue(row) == true);
    }

    [Fact]
    public async Task Both_ways_to_ask_choose_the_same_chunks()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(SegmentTableTests.Layer("pick_01_base"), SegmentTableTests.Layer("place_02_base"));
        await dataset.RegisterLayerAsync("labels", Registrar.OnDuplicate.Error, SegmentTableTests.Layer("pick_01_labels"));

        var found = await dataset.FindChunksAsync(new()
        {
            Contents = new() { All = new() },
            Range = new() { Timeline = "frame", StartInclusive = 2, EndInclusive = 3, FillMode = FillMode.LatestAt, Segments = new() { All = new() } },
        });
        var index = new IndexColumnSelector { Timeline = new() { Name = "frame" } };
        var queried = await dataset.QueryAsync(new()
        {
            SelectAllEntityPaths = true,
            Query = new() { LatestAt = new() { Index = index, At = 2 }, Range = new() { Index = index, IndexRange = new() { Start = 2, End = 3 } } },
        });

        FetchChunksTests.Keys(queried).Select(Convert.ToHexString).ShouldBe(FetchChunksTests.Keys(found).Select(Convert.ToHexString));
        found.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_segment_that_was_removed_has_no_chunks_and_its_columns_stay()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(SegmentTableTests.Layer("pick_01_base"), SegmentTableTests.Layer("place_02_base"));
        var before = await dataset.QueryAsync(new() { SelectAllEntityPaths = true });

        await dataset.UnregisterAsync("pick_01");

        var after = await dataset.QueryAsync(new() { SelectAllEntityPaths = true });
        after.Schema.ShouldBe(before.Schema);
        ((StringArray)after.Column("chunk_segment_id")).GetString(0).ShouldBe("place_02");
        (await dataset.QueryAsync(new() { SelectAllEntityPaths = true, SegmentIds = { new SegmentId { Id = "pick_01" } } })).Length.ShouldBe(0);
    }

    [Fact]
    public async Task Many_chunks_come_in_messages_of_one_schema_each_told_once_with_its_size_and_start()
    {
        const int Chunks = 10_000;
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(_folder.Write("many.rrd", ManyChunks(Chunks)));

        var messages = await host.StreamAsync<FindChunksRequest, FindChunksResponse>(
            "FindChunks", new() { Contents = new() { All = new() }, Range = new() { Timeline = "t", Segments = new() { All = new() } } }, dataset.Address);

        messages.Count.ShouldBeGreaterThan(1);
        messages.Count(m => m.Meta is not null).ShouldBe(1);
        var rows = ReadDataset.Join(messages.Select(m => m.Data));
        rows.Length.ShouldBe(Chunks);
        FetchChunksTests.Keys(rows).Select(Convert.ToHexString).Distinct().Count().ShouldBe(Chunks);
        ((Int64Array)rows.Column("chunk_timeline_start")).Values.ToArray().ShouldBe(Enumerable.Range(0, Chunks).Select(k => (long)k));
        ((UInt64Array)rows.Column("chunk_byte_len")).Values.ToArray().ShouldAllBe(b => b > 0);
    }

    private static byte[] ManyChunks(int count)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = Rrd.StoreId.Recording("many", "many");
        writer.SetStoreInfo(store, StoreSource.Other("test"), new Rrd.Tuid(1, 1));
        for (var k = 0; k < count; k++)
        {
            var id = new Rrd.Tuid(2, (ulong)k * 10);
            writer.WriteChunk(store, ChunkBuilder.SendColumns(id, id.Next(), Rrd.EntityPath.Parse("/v"), [ChunkBuilder.Timeline("t", Rrd.TimelineKind.Sequence, [k])], [ChunkBuilder.Scalars([k])]));
        }

        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }
}

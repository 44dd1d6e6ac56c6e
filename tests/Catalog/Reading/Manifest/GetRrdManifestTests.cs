using System.Buffers;
using Grpc.Core;
using Strata.Arrow;
using Strata.Registrar;
using Strata.Rrd;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Reading;

/// <summary>Source: catalog-protocol §2.12.</summary>
public sealed class GetRrdManifestTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_layer_answers_its_footer_with_a_key_for_each_chunk()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(SegmentTableTests.Layer("pick_01_base"));
        var store = (await RrdReader.OpenAsync(new MemoryBytes(await File.ReadAllBytesAsync(SegmentTableTests.Layer("pick_01_base"), TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken))
            .Contents.Recordings.Single();

        var manifest = (await dataset.ManifestsAsync("pick_01")).ShouldHaveSingleItem();

        var table = ReadDataset.Join([manifest.Data]);
        table.Schema.FieldsList.Select(f => f.Name).ShouldBe(ManifestTable.From(store.Manifest).Schema.FieldsList.Select(f => f.Name).Append("chunk_key"));
        ((UInt64Array)table.Column("chunk_byte_offset")).Values.ToArray().ShouldBe(store.Manifest.ByteOffsets.ToArray().Select(o => (ulong)o));
        manifest.SorbetSchemaSha256.ToByteArray().ShouldBe(store.SchemaSha256.ToArray());
        Arrow.Schema.FromIpcStream(manifest.SorbetSchema.ArrowSchema.Memory).FieldsList.ShouldBe(store.Schema.FieldsList, ignoreOrder: true);
        manifest.StoreId.ShouldBe(new Protocol.StoreId { Kind = Protocol.StoreKind.Recording, RecordingId = "pick_01", ApplicationId = new() { Id = store.Id.ApplicationId } });
    }

    [Fact]
    public async Task Several_layers_are_one_table_under_the_schema_of_all()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(SegmentTableTests.Layer("pick_01_base"));
        var one = (await dataset.ManifestsAsync("pick_01")).Single();
        await dataset.RegisterLayerAsync("labels", OnDuplicate.Error, SegmentTableTests.Layer("pick_01_labels"));

        var both = (await dataset.ManifestsAsync("pick_01")).Single();

        var schema = Arrow.Schema.FromIpcStream(both.SorbetSchema.ArrowSchema.Memory);
        schema.FieldsList.ShouldBe((await dataset.SchemaAsync()).FieldsList, ignoreOrder: true);
        both.SorbetSchemaSha256.ToByteArray().ShouldBe(SorbetSchemaHash.Compute(schema).ToArray());
        both.SorbetSchemaSha256.ShouldNotBe(one.SorbetSchemaSha256);
        var table = ReadDataset.Join([both.Data]);
        table.Length.ShouldBeGreaterThan(ReadDataset.Join([one.Data]).Length);
        var hasStatic = table.Schema.FieldsList.Select((field, column) => (field, column)).Where(f => f.field.Name.EndsWith("has_static_data", StringComparison.Ordinal));
        hasStatic.ShouldAllBe(f => table.Column(f.column).NullCount == 0);
    }

    [Fact]
    public async Task Timelines_whose_columns_have_one_name_stay_two()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(_folder.Write("a.rrd", OnTimeline("a-b", 1)));
        await dataset.RegisterLayerAsync("other", OnDuplicate.Error, _folder.Write("b.rrd", OnTimeline("a.b", 2)));

        var table = ReadDataset.Join((await dataset.ManifestsAsync("s")).Select(m => m.Data));

        var starts = table.Schema.FieldsList.Select((field, column) => (field, column)).Where(f => f.field.Name == "a_b:start").ToList();
        starts.Select(f => f.field.Metadata["rerun:index"]).ShouldBe(["a-b", "a.b"]);
        starts.Select(f => ((Int64Array)table.Column(f.column)).GetValue(0)).ShouldBe([1, null]);
        starts.Select(f => ((Int64Array)table.Column(f.column)).GetValue(1)).ShouldBe([null, 2]);
    }

    [Fact]
    public async Task A_segment_that_is_not_there_is_named_at_once()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.ManifestsAsync("nowhere"));

        refusal.StatusCode.ShouldBe(StatusCode.NotFound);
        refusal.Status.Detail.ShouldContain("Segment 'nowhere' not found in dataset '");
    }

    private static byte[] OnTimeline(string timeline, long time)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = Rrd.StoreId.Recording("app", "s");
        writer.SetStoreInfo(store, StoreSource.Other("test"), new Rrd.Tuid(1, 1));
        var id = new Rrd.Tuid(2, (ulong)time * 10);
        writer.WriteChunk(store, ChunkBuilder.SendColumns(id, id.Next(), Rrd.EntityPath.Parse("/v"), [ChunkBuilder.Timeline(timeline, Rrd.TimelineKind.Sequence, [time])], [ChunkBuilder.Scalars([1])]));
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }
}

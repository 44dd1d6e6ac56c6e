using System.Buffers;
using System.Text.Json;
using Strata.Arrow;
using Strata.Projections;
using Strata.Rrd;
using Strata.Rrd.Tests;
using Strata.TestSupport;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.Catalog.Tests;

/// <summary>Two properties that want one column name: everything is still read, and the clash is named. Source: catalog-protocol §6.4.</summary>
public sealed class NameClashTests : IDisposable
{
    private const string Taken = "property:my_prop:v";
    private const string Numbered = "property:my_prop:v_2";

    /// <summary>Arguments: URL and dataset; or a file, which Rerun's own server then serves.</summary>
    private const string Script =
        """
        import json, pathlib, sys
        import pyarrow as pa
        from rerun.catalog import CatalogClient
        from rerun.server import Server

        def show(dataset):
            table = pa.table(dataset.segment_table())
            readings = pa.table(dataset.reader(index="frame"))
            print(json.dumps({
                "properties": {name: table[name].to_pylist() for name in table.column_names if name.startswith("property:")},
                "clashes": {f.name: f.metadata[b"strata:name_clash"].decode() for f in table.schema if b"strata:name_clash" in (f.metadata or {})},
                "readings": readings["/arm:Scalars:scalars"].to_pylist(),
            }))

        if len(sys.argv) == 3:
            show(CatalogClient(sys.argv[1]).get_dataset(name=sys.argv[2]))
        else:
            with Server(host="127.0.0.1") as server:
                dataset = server.client().create_dataset("arm")
                dataset.register([pathlib.Path(sys.argv[1]).as_uri()]).wait()
                try:
                    show(dataset)
                except Exception as e:
                    print(json.dumps({"error": str(e)}))
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_columns_come_over_RPC_and_the_second_one_names_what_it_wanted()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(server);
        await dataset.RegisterAsync(Recording());

        var schema = await dataset.SegmentTableSchemaAsync();
        var segments = await dataset.ScanSegmentsAsync();
        var manifest = await dataset.ScanManifestAsync();
        var chosen = await dataset.ScanSegmentsAsync(new() { Columns = { Numbered, "rerun_segment_id" } });

        segments.Schema.ShouldBe(schema);
        foreach (var table in (RecordBatch[])[segments, manifest])
        {
            table.Schema.FieldsList.Select(f => f.Name).Where(n => n.StartsWith("property:", StringComparison.Ordinal)).ShouldBe([Taken, Numbered, "property:weight:kg"]);
            (Value(table, Taken), Value(table, Numbered), Value(table, "property:weight:kg")).ShouldBe((2, 1, 7));
            table.Schema.FieldsList.Where(f => f.Metadata.ContainsKey(ColumnMetadata.NameClash)).ShouldHaveSingleItem().Name.ShouldBe(Numbered);
            Metadata(table, Taken)[ColumnMetadata.EntityPath].ShouldBe("/__properties/my.prop");
            Metadata(table, Numbered)[ColumnMetadata.EntityPath].ShouldBe("/__properties/my-prop");
            Metadata(table, Numbered)[ColumnMetadata.NameClash].ShouldBe(Taken);
        }

        schema.GetFieldIndex("frame:start").ShouldBeGreaterThan(0);
        chosen.Schema.FieldsList.Select(f => f.Name).ShouldBe([Numbered, "rerun_segment_id"]);
        Value(chosen, Numbered).ShouldBe(1);
        (await dataset.SchemaAsync()).FieldsList.Select(f => (f.Metadata.GetValueOrDefault(ColumnMetadata.EntityPath), f.Metadata.GetValueOrDefault("rerun:component"))).ShouldBe(
            [(null, null), (null, null), ("/__properties/my-prop", "v"), ("/__properties/my.prop", "v"), ("/__properties/weight", "kg"), ("/arm", "Scalars:scalars")], ignoreOrder: true);
    }

    [Fact]
    public async Task The_real_client_reads_everything_where_Reruns_own_server_fails_the_dataset()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(server);
        var file = Recording();
        await dataset.RegisterAsync(file);

        var ours = await AskAsync($"rerun+{server.Url}", dataset.Name);
        var reruns = await AskAsync(file);

        ours.GetProperty("properties").GetRawText().ShouldBe($$"""{"{{Taken}}": [[2]], "{{Numbered}}": [[1]], "property:weight:kg": [[7]]}""");
        ours.GetProperty("clashes").GetRawText().ShouldBe($$"""{"{{Numbered}}": "{{Taken}}"}""");
        ours.GetProperty("readings").GetRawText().ShouldBe("[[0.5], [1.5]]");
        reruns.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("Fail to merge field 'property:my_prop:v'");
    }

    private static long Value(RecordBatch table, string column) => ((Int64Array)((ListArray)table.Column(column)).Values).Values[0];

    private static IReadOnlyDictionary<string, string> Metadata(RecordBatch table, string column) => table.Schema.FieldsList.Single(f => f.Name == column).Metadata;

    private static async Task<JsonElement> AskAsync(params string[] arguments)
    {
        var printed = await RerunSdk.PythonAsync(Script, arguments);
        return JsonElement.Parse(printed.Split('\n').Single(line => line.StartsWith('{')));
    }

    private string Recording()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording("acceptance", "run");
        var id = new Tuid(1_750_000_000_000_000_000, 1);
        writer.SetStoreInfo(store, StoreSource.Other("test"), id);
        writer.WriteChunk(store, ChunkBuilder.SendColumns(
            id.Next(10), id.Next(11), EntityPath.Parse("/arm"), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [1, 2])], [ChunkBuilder.Scalars([0.5, 1.5])]));
        writer.WriteChunk(store, ChunkBuilder.SendProperty(id.Next(20), id.Next(21), "my-prop", ChunkBuilder.AnyValue("v", Int64Array.From([1]))));
        writer.WriteChunk(store, ChunkBuilder.SendProperty(id.Next(30), id.Next(31), "my.prop", ChunkBuilder.AnyValue("v", Int64Array.From([2]))));
        writer.WriteChunk(store, ChunkBuilder.SendProperty(id.Next(40), id.Next(41), "weight", ChunkBuilder.AnyValue("kg", Int64Array.From([7]))));
        writer.Finish().ShouldBeNull();
        return _folder.Write("run.rrd", output.WrittenSpan.ToArray());
    }
}

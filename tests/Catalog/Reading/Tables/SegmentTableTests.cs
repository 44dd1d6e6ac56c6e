using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Protocol;
using Strata.TestSupport;

namespace Strata.Catalog.Tests;

public class SegmentTableTests
{
    private static readonly string[] Base =
        ["rerun_segment_id", "rerun_layer_names", "rerun_storage_urls", "rerun_last_updated_at", "rerun_num_chunks", "rerun_size_bytes"];

    [Fact]
    public async Task A_scan_has_the_very_columns_that_the_schema_promises()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await TwoSegmentsAsync(server);

        var table = await dataset.ScanSegmentsAsync();

        table.Schema.ShouldBe(await dataset.SegmentTableSchemaAsync());
        table.Length.ShouldBe(2);
        table.Schema.FieldsList.Select(f => f.Name).Take(Base.Length).ShouldBe(Base);
        table.Schema.FieldsList.Select(f => f.Name).ShouldContain("property:RecordingInfo:start_time");
        table.Schema.GetFieldIndex("frame:end").ShouldBe(table.Schema.GetFieldIndex("frame:start") - 1);
    }

    [Fact]
    public async Task An_empty_dataset_answers_its_base_columns_without_rows()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(server);

        var parts = await dataset.ScanSegmentTableAsync(new());

        var table = ReadDataset.Join(parts.ShouldHaveSingleItem().Data is var data ? [data] : []);
        table.Length.ShouldBe(0);
        table.Schema.FieldsList.Select(f => f.Name).ShouldBe(Base);
    }

    [Fact]
    public async Task Columns_come_in_the_order_in_which_they_are_asked_for()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await TwoSegmentsAsync(server);

        var table = await dataset.ScanSegmentsAsync(new() { Columns = { "rerun_size_bytes", "property:RecordingInfo:start_time", "rerun_segment_id" } });

        table.Schema.FieldsList.Select(f => f.Name).ShouldBe(["rerun_size_bytes", "property:RecordingInfo:start_time", "rerun_segment_id"]);
        table.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_column_that_is_not_there_or_asked_for_twice_is_refused_by_name()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await TwoSegmentsAsync(server);

        var unknown = await ReadDataset.RefusalAsync(() => dataset.ScanSegmentsAsync(new() { Columns = { "nope" } }));
        var twice = await ReadDataset.RefusalAsync(() => dataset.ScanSegmentsAsync(new() { Columns = { "rerun_segment_id", "rerun_segment_id" } }));

        unknown.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        unknown.Status.Detail.ShouldStartWith("Unable to project columns: Invalid argument error: projected column 'nope' not found in schema");
        twice.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        twice.Status.Detail.ShouldStartWith("Unable to project columns: Invalid argument error: projected column 'rerun_segment_id' was requested twice");
    }

    [Fact]
    public async Task A_filter_keeps_or_skips_segments_and_leaves_the_columns_as_they_are()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await TwoSegmentsAsync(server);
        var (all, schema) = (Segments(await dataset.ScanSegmentsAsync()), await dataset.SegmentTableSchemaAsync());

        (await SegmentsOf(new() { ScanOnly = new() { SegmentIds = { all[1], "unknown" } } })).ShouldBe([all[1]]);
        (await SegmentsOf(new() { ScanOnly = new() })).ShouldBeEmpty();
        (await SegmentsOf(new() { Skip = new() { SegmentIds = { all[0] } } })).ShouldBe([all[1]]);
        (await SegmentsOf(new() { Skip = new() })).ShouldBe(all);
        (await SegmentsOf(new())).ShouldBe(all);
        Segments(await dataset.ScanSegmentsAsync(new() { Columns = { "rerun_segment_id" }, SegmentIdFilter = new() { ScanOnly = new() { SegmentIds = { all[0] } } } })).ShouldBe([all[0]]);

        async Task<string[]> SegmentsOf(SegmentIdFilter filter)
        {
            var table = await dataset.ScanSegmentsAsync(new() { SegmentIdFilter = filter });
            table.Schema.ShouldBe(schema);
            return Segments(table);
        }
    }

    [Fact]
    public async Task The_first_message_tells_which_state_of_the_dataset_it_is()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await TwoSegmentsAsync(server);
        var before = (await dataset.ScanSegmentTableAsync(new()))[0].Meta;

        await dataset.RegisterLayerAsync("labels", Registrar.OnDuplicate.Error, Layer("pick_01_labels"));

        var after = (await dataset.ScanSegmentTableAsync(new()))[0].Meta;
        after.DatasetRevision.ShouldBeGreaterThan(before.DatasetRevision);
        after.DatasetRevision.ShouldBe((ulong)await server.Ports.Store.HeadAsync(TestContext.Current.CancellationToken), "the position of its last change in the log");
        await ReadDataset.CreateAsync(server, "others");
        (await dataset.ScanSegmentTableAsync(new()))[0].Meta.DatasetRevision.ShouldBe(after.DatasetRevision, "what happens elsewhere is no change of it");
        after.EntryId.ShouldBe(before.EntryId);
    }

    internal static string Layer(string name) => Path.Combine(TestData.Folder("sdk"), "layers", name + ".rrd");

    private static async Task<ReadDataset> TwoSegmentsAsync(CatalogHost server)
    {
        var dataset = await ReadDataset.CreateAsync(server);
        await dataset.RegisterAsync(Layer("pick_01_base"), Layer("place_02_base"));
        return dataset;
    }

    private static string[] Segments(RecordBatch table) => [.. Enumerable.Range(0, table.Length).Select(r => ((StringArray)table.Column("rerun_segment_id")).GetString(r)!)];
}

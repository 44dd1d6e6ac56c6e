using Strata.Arrow;
using Strata.Projections.Layers.Reading;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class TableReadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_columns_asked_for_come_in_the_order_asked_for()
    {
        using var folded = await TwoSegments();
        var (segments, manifest) = (folded.Models.Segments, folded.Models.Manifest);

        var table = await segments.ReadAsync(Dataset, Columns("property:episode:note", "rerun_segment_id", "frame:start", "rerun_layer_names"), Cancel);
        Tables.Rows(table).ShouldBe(["[from b] | a | 1 | [base, labels]", "null | b | 0 | [base]"]);
        table.Schema.FieldsList.Select(f => f.Name).ShouldBe(["property:episode:note", "rerun_segment_id", "frame:start", "rerun_layer_names"]);

        Tables.Rows(await manifest.ReadAsync(Dataset, Columns("rerun_segment_id", "property:episode:note", "rerun_layer_name"), Cancel))
            .ShouldBe(["a | [from a] | base", "a | [from b] | labels", "b | null | base"]);
        var none = await segments.ReadAsync(Dataset, Columns(), Cancel);
        (none.Length, none.ColumnCount).ShouldBe((2, 0));
    }

    [Fact]
    public async Task A_column_that_is_not_there_or_named_twice_is_refused_by_name()
    {
        using var folded = await TwoSegments();
        foreach (var table in (ITable[])[folded.Models.Segments, folded.Models.Manifest])
        {
            (await Should.ThrowAsync<TableColumnException>(table.ReadAsync(Dataset, Columns("rerun_nothing"), Cancel))).Message.ShouldContain("column 'rerun_nothing' not found");
            (await Should.ThrowAsync<TableColumnException>(table.ReadAsync(Dataset, Columns("rerun_segment_id", "rerun_segment_id"), Cancel))).Message.ShouldContain("'rerun_segment_id' was requested twice");
            await Should.ThrowAsync<TableColumnException>(async () => await table.ReadBatchesAsync(Dataset, Columns("rerun_nothing"), Cancel).FirstAsync(Cancel));
        }
    }

    /// <summary>Whatever is read of the broken rows throws.</summary>
    [Fact]
    public async Task What_is_not_asked_for_is_not_read()
    {
        using var folded = await TwoSegments();
        Histories.Sql(folded, "UPDATE layers SET properties = x'05'");
        await Should.ThrowAsync<Exception>(folded.Models.Segments.ReadAsync(Dataset, Columns("property:episode:note"), Cancel));
        (await folded.Models.Segments.ReadAsync(Dataset, Columns("frame:start", "rerun_storage_urls", "rerun_size_bytes"), Cancel)).Length.ShouldBe(2);

        Histories.Sql(folded, "UPDATE layers SET times = x'05'");
        await Should.ThrowAsync<Exception>(folded.Models.Segments.ReadAsync(Dataset, Columns("frame:start"), Cancel));
        Tables.Rows(await folded.Models.Segments.ReadAsync(Dataset, Columns("rerun_layer_names"), Cancel)).ShouldBe(["[base, labels]", "[base]"]);
    }

    [Fact]
    public async Task The_ids_alone_come_from_the_index_and_the_schema_without_any_row()
    {
        using var folded = await TwoSegments();
        var (segments, manifest) = (await folded.Models.Segments.ReadAsync(Dataset, new TableQuery(), Cancel), await folded.Models.Manifest.ReadAsync(Dataset, new TableQuery(), Cancel));
        Histories.Sql(folded, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'purges') WHERE name = 'layers'");
        folded.Reopen();

        Tables.Column(await folded.Models.Segments.ReadAsync(Dataset, Columns("rerun_segment_id"), Cancel), "rerun_segment_id").ShouldBe(["a", "b"]);
        (await folded.Models.Segments.ReadSchemaAsync(Dataset, null, Cancel)).ShouldBe(segments.Schema);
        (await folded.Models.Manifest.ReadSchemaAsync(Dataset, null, Cancel)).ShouldBe(manifest.Schema);
    }

    [Fact]
    public async Task Filters_take_segments_and_layers_and_leave_the_columns_as_they_are()
    {
        using var folded = await TwoSegments();
        var all = await folded.Models.Manifest.ReadAsync(Dataset, new TableQuery(), Cancel);
        async Task<string[]> Manifest(TableQuery query)
        {
            var table = await folded.Models.Manifest.ReadAsync(Dataset, query, Cancel);
            table.Schema.ShouldBe(all.Schema);
            return [.. Tables.Column(table, "rerun_segment_id").Zip(Tables.Column(table, "rerun_layer_name"), (segment, layer) => $"{segment}/{layer}")];
        }

        (await Manifest(new TableQuery(["b"]))).ShouldBe(["b/base"]);
        (await Manifest(new TableQuery([]))).ShouldBeEmpty();
        (await Manifest(new TableQuery { SkippedSegments = ["b", "nowhere"] })).ShouldBe(["a/base", "a/labels"]);
        (await Manifest(new TableQuery { SkippedSegments = [] })).Length.ShouldBe(3);
        (await Manifest(new TableQuery { Layers = ["labels"] })).ShouldBe(["a/labels"]);
        (await Manifest(new TableQuery(["a"]) { SkippedLayers = ["labels"] })).ShouldBe(["a/base"]);

        var segments = await folded.Models.Segments.ReadAsync(Dataset, new TableQuery { Layers = ["labels"], Columns = ["rerun_segment_id"] }, Cancel);
        Tables.Rows(segments).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Batches_are_bounded_and_show_the_moment_of_the_first_however_slowly_they_are_taken()
    {
        const int Segments = TableReader.SegmentsPerBatch + 100;
        var story = new Story(new FakeLog());
        story.Create();
        story.Register([.. Enumerable.Range(0, Segments).Select(i => story.Make($"{i:D5}", "base", $"{i}", properties: Schemas.Properties(("episode:note", $"{i}"))))]);
        using var folded = await Folded.UpToHead(story.Log);
        var whole = await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel);
        var batches = new List<RecordBatch>();

        await foreach (var batch in folded.Models.Segments.ReadBatchesAsync(story.Dataset, new TableQuery(), Cancel))
        {
            batches.Add(batch);
            story.Register("99999", "late", $"{batches.Count}", properties: Schemas.Properties(("of_late:note", "x")));
            await folded.CatchUp();
        }

        batches.Select(b => b.Length).ShouldBe([TableReader.SegmentsPerBatch, 100]);
        batches.SelectMany(Tables.Rows).ShouldBe(Tables.Rows(whole));
        batches.ShouldAllBe(b => b.Schema.Equals(whole.Schema));
        Tables.Rows(whole)[7].ShouldStartWith("00007 | [base]");
    }

    [Fact]
    public async Task An_empty_answer_is_one_batch_with_the_columns()
    {
        using var folded = await TwoSegments();
        var batches = await folded.Models.Segments.ReadBatchesAsync(Dataset, new TableQuery([]), Cancel).ToListAsync(Cancel);
        batches.ShouldHaveSingleItem().Length.ShouldBe(0);
        batches[0].Schema.ShouldBe(await folded.Models.Segments.ReadSchemaAsync(Dataset, null, Cancel));
    }

    [Fact]
    public async Task Segments_are_in_the_order_of_their_bytes()
    {
        var story = new Story(new FakeLog());
        story.Create();
        foreach (var segment in (string[])["\U0001F600", "\uFF5E", "a"])
        {
            story.Register(segment, "base", "x");
        }

        using var folded = await Folded.UpToHead(story.Log);
        string[] order = ["a", "\uFF5E", "\U0001F600"];
        Tables.Column(await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel), "rerun_segment_id").ShouldBe(order);
        Tables.Column(await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(order), Cancel), "rerun_segment_id").ShouldBe(order);
    }

    private static Contracts.DatasetId Dataset { get; } = new Story(new FakeLog()).Dataset;

    private static TableQuery Columns(params string[] names) => new() { Columns = names };

    private static async Task<Folded> TwoSegments()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("b", "base", "one");
        story.Register("a", "base", "two", properties: Schemas.Properties(("episode:note", "from a")), ranges: [new("frame", Contracts.TimelineKind.Sequence, 2, 9)]);
        story.Register("a", "labels", "three", Schemas.Labels, Schemas.Properties(("episode:note", "from b")), [new("frame", Contracts.TimelineKind.Sequence, 1, 4)]);
        var folded = await Folded.UpToHead(story.Log);
        return folded;
    }
}

using System.Text.Json;
using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>Rules of the rows, one by one, on recordings of a few numbers.</summary>
public class DataframeTests
{
    private const string Scalars = "/a:Scalars:scalars";

    [Fact]
    public async Task Layers_of_one_segment_give_the_rows_that_Rerun_gives_after_each_step()
    {
        var steps = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(TestData.Folder("sdk/golden/layers"), "steps.json"), TestContext.Current.CancellationToken)).RootElement;
        var compared = 0;
        foreach (var step in steps.EnumerateObject().Where(step => step.Value.TryGetProperty("reader", out _)))
        {
            // Layers in the order of the segment table, each from the file that it was registered from.
            var files = step.Value.GetProperty("segment_table").EnumerateArray().SelectMany(row => row.GetProperty("rerun_storage_urls").EnumerateArray());
            var readers = new List<RrdReader>();
            foreach (var file in files)
            {
                readers.Add(await Dataframes.OpenAsync(Path.Combine(TestData.Folder("sdk/layers"), Path.GetFileName(file.GetString()!))));
            }
            var segments = Dataframes.Segments(readers);
            foreach (var answer in step.Value.GetProperty("reader").EnumerateObject())
            {
                var fill = answer.Name.EndsWith("fill_latest_at", StringComparison.Ordinal);
                var batches = await segments.ReadAsync(Dataframes.On(answer.Name == "static" ? null : "frame", fill));
                foreach (var column in answer.Value.GetProperty("columns").EnumerateObject())
                {
                    CanonicalText.Sha256(batches.Select(batch => batch.Column(column.Name))).ShouldBe(column.Value.GetProperty("sha256").GetString(), $"{step.Name}: {answer.Name}: {column.Name}");
                }
                compared++;
            }
        }
        compared.ShouldBe(18);
    }

    [Fact]
    public async Task Rows_at_given_values_are_there_whether_anything_was_logged_or_not()
    {
        var segments = await new WrittenRecording().Scalars("/a", (10, 1), (20, 2)).OpenAsync();
        var exact = await segments.ReadAsync(Dataframes.On("frame") with { IndexValues = [5, 10, 15, 20, 20, 25] });
        exact.Column("frame").ShouldBe(["5", "10", "15", "20", "25"]);
        exact.Column(Scalars).Select(cell => cell == "null").ShouldBe([true, false, true, false, true]);
        var filled = await segments.ReadAsync(Dataframes.On("frame", fill: true) with { IndexValues = [5, 15, 25] });
        filled.Column(Scalars).ShouldBe(["null", One, Two]);
    }

    [Fact]
    public async Task A_range_gives_its_rows_and_what_is_filled_in_may_be_older()
    {
        var segments = await new WrittenRecording().Scalars("/a", (10, 1), (20, 2)).Scalars("/b", (15, 1), (25, 2)).OpenAsync();
        var query = Dataframes.On("frame") with { Ranges = [new(12, 20), new(25, 99)] };
        (await segments.ReadAsync(query)).Column("frame").ShouldBe(["15", "20", "25"]);
        (await segments.ReadAsync(query)).Column(Scalars).ShouldBe(["null", Two, "null"]);
        (await segments.ReadAsync(query with { FillLatestAt = true })).Column(Scalars).ShouldBe([One, Two, Two]);
    }

    [Fact]
    public async Task A_clear_empties_the_rows_at_its_own_time_and_what_was_before_it_is_carried_on()
    {
        var segments = await new WrittenRecording().Scalars("/a", (1, 1), (2, 2), (4, 1)).Scalars("/a/b", (1, 2), (4, 2)).Clear("/a", 2, recursive: true).Scalars("/c", (3, 1)).OpenAsync();
        var batches = await segments.ReadAsync(Dataframes.On("frame", fill: true));
        batches.Column("frame").ShouldBe(["1", "2", "3", "4"]);
        batches.Column(Scalars).ShouldBe([One, "[]", Two, One]);
        batches.Column("/a/b:Scalars:scalars").ShouldBe([Two, "[]", Two, Two]);
        (await segments.ReadAsync(Dataframes.On("frame"))).Column("/a/b:Scalars:scalars").ShouldBe([Two, "[]", "null", Two]);
        var flat = await new WrittenRecording().Scalars("/a/b", (1, 2)).Scalars("/a", (1, 1)).Clear("/a", 2, recursive: false).OpenAsync();
        (await flat.ReadAsync(Dataframes.On("frame"))).Column("/a/b:Scalars:scalars").ShouldBe([Two, "null"]);
    }

    // Rerun's client is sent the chunks that lie around what is asked for, and on columns that it has nothing of a clear does nothing.
    [Fact]
    public async Task A_clear_where_no_chunk_of_its_column_is_needed_is_no_value()
    {
        var segments = await new WrittenRecording().Scalars("/a", (10, 1), (20, 2)).Clear("/a", 15, recursive: false).Clear("/a", 30, recursive: false).OpenAsync();
        async Task<IEnumerable<string>> AtAsync(bool fill, params long[] values) => (await segments.ReadAsync(Dataframes.On("frame", fill) with { IndexValues = values })).Column(Scalars);
        async Task<IEnumerable<string>> InAsync(bool fill, long from, long to) => (await segments.ReadAsync(Dataframes.On("frame", fill) with { Ranges = [new(from, to)] })).Column(Scalars);

        (await AtAsync(fill: false, 15)).ShouldBe(["[]"]);
        (await AtAsync(fill: false, 30)).ShouldBe(["null"]);
        (await AtAsync(fill: false, 20, 30)).ShouldBe([Two, "[]"]);
        (await AtAsync(fill: false, 5, 30)).ShouldBe(["null", "null"]);
        (await AtAsync(fill: true, 30)).ShouldBe(["[]"], "the chunk before it is needed");
        (await AtAsync(fill: false, 31)).ShouldBeEmpty("nothing at all is needed");
        (await InAsync(fill: false, 25, 40)).ShouldBeEmpty();
        (await InAsync(fill: true, 25, 40)).ShouldBe(["[]"]);
        (await InAsync(fill: false, 20, 40)).ShouldBe([Two, "[]"]);
    }

    [Fact]
    public async Task Only_times_at_which_a_wanted_column_has_a_value_are_rows()
    {
        var segments = await new WrittenRecording().Scalars("/a", (1, 1)).Scalars("/b", (1, 2), (2, 2)).Static("/c", 1).OpenAsync();
        (await segments.ReadAsync(Dataframes.On("frame", false, "/a"))).Column("frame").ShouldBe(["1"]);
        (await segments.ReadAsync(Dataframes.On("frame", false, "/c"))).ShouldBeEmpty();
        (await segments.ReadAsync(Dataframes.On("frame", false, "/b", "/c"))).Column("/c:Scalars:scalars").ShouldBe([One, One]);
        (await segments.ReadAsync(Dataframes.On(null))).Column("/c:Scalars:scalars").ShouldBe([One]);
    }

    [Fact]
    public async Task A_column_that_is_empty_in_one_recording_is_shown_when_another_one_has_values()
    {
        var empty = new WrittenRecording("one").Scalars("/b", (1, 1)).Add(id => ChunkBuilder.SendColumns(id, id.Next(), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [5])],
            [new ComponentColumn(new ComponentDescriptor("rerun.archetypes.Scalars", "Scalars:scalars", "rerun.components.Scalar"), ListArray.From(new Field("item", DoubleType.Default, nullable: true), [0, 0], DoubleArray.From([])))]));
        var alone = await empty.OpenAsync();
        (await alone.ReadAsync(Dataframes.On("frame"))).Single().Schema.GetFieldByName(Scalars).ShouldBeNull();
        var both = Dataframes.Segments([await Recording.OpenAsync(empty.ToBytes()), await Recording.OpenAsync(new WrittenRecording("two").Scalars("/a", (2, 2)).ToBytes())]);
        var batches = await both.ReadAsync(Dataframes.On("frame"));
        batches.Column("frame").ShouldBe(["1", "2"], "where nothing but an empty list was logged in the whole recording is no row, as in Rerun");
        batches.Column(Scalars).ShouldBe(["null", Two]);
    }

    [Fact]
    public async Task An_unknown_index_is_refused_and_those_that_there_are_are_named()
    {
        var segments = await new WrittenRecording().Scalars("/a", (1, 1)).OpenAsync();
        Should.Throw<DataframeException>(() => segments.Schema(Dataframes.On("time"))).Message.ShouldBe("expected the index 'time', found 'frame'");
    }

    [Fact]
    public async Task Layers_of_other_types_are_told_with_both_types()
    {
        var numbers = Dataframes.Segments([await Recording.OpenAsync(new WrittenRecording().Scalars("/a", (1, 1)).ToBytes())]);
        var text = new ComponentColumn(new ComponentDescriptor("rerun.archetypes.Scalars", "Scalars:scalars", "rerun.components.Scalar"), ListArray.OfUniformLength(StringArray.From("x"), 1));
        var texts = await new WrittenRecording().Add(id => ChunkBuilder.SendColumns(id, id.Next(), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [1])], [text])).OpenAsync();
        var schema = numbers.Schema(Dataframes.On("frame"));
        var rows = new SegmentDataframe("segment", [.. texts["segment"]], schema).ReadAsync(TestContext.Current.CancellationToken);
        var refused = await Should.ThrowAsync<DataframeException>(async () => await rows.ToListAsync(TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("expected List(Float64), found List(Utf8)");
    }

    private static string One => CanonicalText.Of(ListArray.OfUniformLength(DoubleArray.From([1]), 1), 0);

    private static string Two => CanonicalText.Of(ListArray.OfUniformLength(DoubleArray.From([2]), 1), 0);
}

using Strata.Arrow;

namespace Strata.Rrd.Tests;

/// <summary>Files of the real SDK that are damaged, or that Rerun itself does not read as it should.</summary>
public class FeatureRecordingTests
{
    [Fact]
    public async Task A_crashed_recording_keeps_its_90_whole_rows()
    {
        var reader = await OpenAsync("crashed.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.Truncated]);
        (await reader.ChunksAsync()).Where(chunk => !chunk.IsStatic).Sum(chunk => chunk.NumRows).ShouldBe(90);
    }

    [Theory]
    [InlineData("cli/cat_two_streams.rrd", 2)]
    [InlineData("cli/cat_footerless_then_whole.rrd", 2)]
    public async Task Files_joined_by_cat_give_all_their_recordings(string name, int streams)
    {
        var reader = await OpenAsync(name);
        reader.Contents.UsedFooter.ShouldBeFalse();
        reader.Contents.Rules().ShouldBe([RrdRules.FooterChecksum, RrdRules.Concatenated], ignoreOrder: true);
        reader.Contents.Findings.Count(finding => finding.Rule == RrdRules.Concatenated).ShouldBe(streams - 1);
        reader.Contents.Recordings.ShouldNotBeEmpty();
        (await reader.ChunksAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Several_recordings_in_one_file_are_several_stores()
    {
        var reader = await OpenAsync("cli/merge_two_recordings.rrd");
        reader.Contents.UsedFooter.ShouldBeTrue();
        reader.Contents.Recordings.Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("blueprint_default.rrd")]
    [InlineData("blueprint_sent.rrd")]
    public async Task A_blueprint_in_the_file_is_a_store_of_its_own_and_is_activated(string name)
    {
        var reader = await OpenAsync(name);
        reader.Contents.UsedFooter.ShouldBeTrue();
        reader.Contents.Recordings.ShouldHaveSingleItem();
        var blueprint = reader.Contents.Blueprints.ShouldHaveSingleItem();
        reader.Contents.Activations.ShouldHaveSingleItem().BlueprintId.ShouldBe(blueprint.Id);
    }

    [Fact]
    public async Task An_empty_recording_is_announced_and_has_no_chunks()
    {
        var reader = await OpenAsync("empty_no_properties.rrd");
        reader.Contents.Findings.ShouldBeEmpty();
        reader.Contents.Stores.ShouldHaveSingleItem().Manifest.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("properties.rrd", 1)]
    [InlineData("properties_no_footer.rrd", 2)]
    public async Task A_property_that_was_set_twice_has_the_value_that_Reruns_segment_table_shows(string name, long expected)
    {
        var reader = await OpenAsync(name);
        var properties = await RecordingProperties.ReadAsync(reader, reader.Contents.Recordings.Single(), TestContext.Current.CancellationToken);
        var column = (ListArray)properties.Batch.Column("property:twice:v");
        ((Int64Array)column.GetSlicedValues(0)!).GetValue(0).ShouldBe(expected);
    }

    [Fact]
    public async Task Arrow_types_beyond_the_archetypes_are_read_and_survive_a_copy()
    {
        foreach (var name in new[] { "arrow_types.rrd", "archetypes.rrd", "any_values.rrd", "nulls.rrd", "negative_times.rrd", "entity_names.rrd" })
        {
            var reader = await OpenAsync(name);
            foreach (var chunk in await reader.ChunksAsync())
            {
                var bytes = ChunkBatch.From(chunk).ToIpcStream();
                var copy = ChunkBatch.Read(RecordBatch.FromIpcStream(bytes));
                ChunkBatch.From(copy).ToIpcStream().ShouldBe(bytes, name);
            }
        }
    }

    [Fact]
    public async Task Times_that_are_not_sorted_are_known_as_such()
    {
        var reader = await OpenAsync("unsorted_times.rrd");
        var timelines = (await reader.ChunksAsync()).SelectMany(chunk => chunk.Timelines).ToList();
        timelines.ShouldContain(timeline => !timeline.IsSorted);
        reader.Contents.Findings.ShouldBeEmpty();
    }

    private static async Task<RrdReader> OpenAsync(string name) =>
        await Recording.OpenAsync(await File.ReadAllBytesAsync(Path.Combine(SharedRecordings.Folder("sdk/features"), name), TestContext.Current.CancellationToken));
}

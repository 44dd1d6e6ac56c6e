using Strata.Arrow;

namespace Strata.Rrd.Tests;

/// <summary>Files made byte by byte, each to hit one rule of the format.</summary>
public class CraftedRecordingTests
{
    [Fact]
    public async Task F1_uncompressed_with_footer_gives_both_chunks()
    {
        var reader = await Recording.OpenFixtureAsync("F1.rrd");
        reader.Contents.UsedFooter.ShouldBeTrue();
        reader.Contents.Findings.ShouldBeEmpty();
        var store = reader.Contents.Stores.ShouldHaveSingleItem();
        store.Id.ShouldBe(StoreId.Recording("demo_app", "demo_rec"));
        store.Source.ShouldBe(StoreSource.Other("C#"));
        store.Version.ToString().ShouldBe("0.36.2");
        Convert.ToHexStringLower(store.SchemaSha256.Span).ShouldBe("d8e8049577dcaf17dbe8cd56a1b324977e4aa45a1f918353d4bc7316ab95cd07");
        await ShouldHoldBothChunksAsync(reader);
    }

    [Fact]
    public async Task F2_as_Rerun_saved_it_with_LZ4_gives_the_same_chunks()
    {
        var reader = await Recording.OpenFixtureAsync("F2-rerun-0.33-saved.rrd");
        reader.Contents.UsedFooter.ShouldBeTrue();
        reader.Contents.Findings.ShouldBeEmpty();
        await ShouldHoldBothChunksAsync(reader);
    }

    [Theory]
    [InlineData("align8.rrd")]
    [InlineData("noeos.rrd")]
    [InlineData("nofooter.rrd")]
    [InlineData("nocid.rrd")]
    [InlineData("leafnochild.rrd")]
    public async Task What_the_format_allows_is_read_without_a_finding(string name)
    {
        var reader = await Recording.OpenFixtureAsync(name);
        reader.Contents.Findings.ShouldBeEmpty();
        reader.Contents.UsedFooter.ShouldBeFalse();
        (await reader.ChunksAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task LZ4_payloads_are_read_and_a_footer_that_lists_no_chunk_is_not_believed()
    {
        var reader = await Recording.OpenFixtureAsync("lz4.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.Footer]);
        (await reader.ChunksAsync()).Select(chunk => chunk.NumRows).ShouldBe([1, 4]);
    }

    [Fact]
    public async Task Concatenated_streams_give_the_stores_of_both_with_a_finding()
    {
        var reader = await Recording.OpenFixtureAsync("concat.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.Footer, RrdRules.Concatenated], ignoreOrder: true);
        reader.Contents.Stores.Select(store => store.Id.RecordingId).ShouldBe(["r_ca", "r_cb"]);
        (await reader.ChunksAsync()).Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_concatenated_copy_of_the_same_recording_is_one_recording_with_its_chunks_once()
    {
        var bytes = Recording.Fixture("F1.rrd");
        var reader = await Recording.OpenAsync([.. bytes, .. bytes]);
        reader.Contents.Rules().ShouldBe([RrdRules.Footer, RrdRules.Concatenated, RrdRules.DuplicateChunk], ignoreOrder: true);
        reader.Contents.Stores.ShouldHaveSingleItem();
        await ShouldHoldBothChunksAsync(reader);
    }

    [Fact]
    public async Task A_cut_file_keeps_what_is_whole_and_says_what_is_lost()
    {
        var reader = await Recording.OpenFixtureAsync("cut.rrd");
        var finding = reader.Contents.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe(RrdRules.Truncated);
        (await reader.ChunksAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_chunk_of_an_unspecified_encoding_is_skipped()
    {
        var reader = await Recording.OpenFixtureAsync("enc0.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.Chunk]);
        reader.Contents.Findings.ShouldAllBe(finding => finding.Message.Contains("encoding 0", StringComparison.Ordinal));
        (await reader.ChunksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_flat_column_becomes_lists_of_one_item()
    {
        var chunks = await (await Recording.OpenFixtureAsync("flat.rrd")).ChunksAsync();
        var scalars = chunks.SelectMany(chunk => chunk.Components).Single(component => component.Descriptor.Component == "Scalars:scalars").Lists;
        scalars.ValueOffsets.ToArray().ShouldBe([0, 1, 2, 3, 4]);
        ((DoubleArray)scalars.Values).Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_LargeList_column_is_wrapped_again_as_Rerun_does()
    {
        var chunks = await (await Recording.OpenFixtureAsync("largelist.rrd")).ChunksAsync();
        var scalars = chunks.SelectMany(chunk => chunk.Components).Single(component => component.Descriptor.Component == "Scalars:scalars").Lists;
        scalars.Values.DataType.ShouldBeOfType<LargeListType>();
        scalars.ValueOffsets.ToArray().ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_List_field_without_children_is_a_skipped_chunk()
    {
        var reader = await Recording.OpenFixtureAsync("listnochild.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.Chunk]);
    }

    [Fact]
    public async Task A_store_without_source_is_read_with_a_finding()
    {
        var reader = await Recording.OpenFixtureAsync("nosrc.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.StoreInfo]);
        reader.Contents.Stores.ShouldHaveSingleItem().Source.ShouldBe(StoreSource.Unknown);
        (await reader.ChunksAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_chunk_without_version_is_migrated_as_the_oldest()
    {
        var reader = await Recording.OpenFixtureAsync("nover.rrd");
        reader.Contents.Findings.ShouldBeEmpty();
        (await reader.ChunksAsync()).SelectMany(chunk => chunk.Components).Select(component => component.Descriptor.Component)
            .ShouldBe(["tracking_good", "Scalars:scalars"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_null_in_a_timeline_skips_its_chunk()
    {
        var reader = await Recording.OpenFixtureAsync("nulltime.rrd");
        reader.Contents.Findings.ShouldHaveSingleItem().Message.ShouldContain("a value in every row of the timeline 'real_time'");
        (await reader.ChunksAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_message_of_an_unknown_kind_is_skipped()
    {
        var reader = await Recording.OpenFixtureAsync("unk.rrd");
        reader.Contents.Rules().ShouldBe([RrdRules.UnknownKind]);
        (await reader.ChunksAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_worked_manifest_of_the_specification_is_what_Rerun_made_of_it()
    {
        var input = await Recording.OpenFixtureAsync("rich-input.rrd");
        var saved = await Recording.OpenFixtureAsync("rich-rerun-0.33-saved.rrd");
        saved.Contents.UsedFooter.ShouldBeTrue();
        var store = saved.Contents.Stores.ShouldHaveSingleItem();
        Convert.ToHexStringLower(store.SchemaSha256.Span).ShouldBe("eccf0b8866ec16851402eccf1364c6999731a08d32e72ed519f0054ded171f4f");
        var mine = input.Contents.Stores.ShouldHaveSingleItem();
        Convert.ToHexStringLower(mine.SchemaSha256.Span).ShouldBe("eccf0b8866ec16851402eccf1364c6999731a08d32e72ed519f0054ded171f4f");
        mine.Manifest.Timelines.Select(timeline => timeline.Timeline).ShouldBe(["elapsed time", "frame-nr"]);
        var frames = mine.Manifest.Timelines[1];
        frames.Starts.ToArray().ShouldBe([1, 0, -5, 0, 3]);
        frames.Ends.ToArray().ShouldBe([3, 0, 7, 0, 3]);
        frames.IsPresent.ToArray().ShouldBe([true, false, true, false, true]);
        var colors = mine.Manifest.ComponentRanges.Single(range => range.Timeline == "frame-nr" && range.Component.Component == "my.archetypes.Points:colors");
        colors.NumRows.ToArray().ShouldBe([2, 0, 1, 0, 0]);
        colors.Starts.ToArray().ShouldBe([1, 0, 7, 0, 0]);
        ManifestTable.From(mine.Manifest).Schema.FieldsList.Select(field => field.Name).Skip(7).ShouldBe(
        [
            "v:has_static_data", "zz:has_static_data", "my_archetypes_Points:colors:has_static_data", "Scalars:scalars:has_static_data",
            "elapsed_time:start", "elapsed_time:end", "frame_nr:start", "frame_nr:end",
            "elapsed_time:zz:start", "elapsed_time:zz:end", "elapsed_time:zz:num_rows",
            "elapsed_time:my_archetypes_Points:colors:start", "elapsed_time:my_archetypes_Points:colors:end", "elapsed_time:my_archetypes_Points:colors:num_rows",
            "frame_nr:zz:start", "frame_nr:zz:end", "frame_nr:zz:num_rows",
            "frame_nr:my_archetypes_Points:colors:start", "frame_nr:my_archetypes_Points:colors:end", "frame_nr:my_archetypes_Points:colors:num_rows",
            "frame_nr:Scalars:scalars:start", "frame_nr:Scalars:scalars:end", "frame_nr:Scalars:scalars:num_rows",
        ]);
    }

    private static async Task ShouldHoldBothChunksAsync(RrdReader reader)
    {
        var chunks = await reader.ChunksAsync();
        chunks.Count.ShouldBe(2);
        var (quality, error) = (chunks[0], chunks[1]);
        quality.Id.ToChunkId().ShouldBe("chunk_18B0AA9FA70001006952b7c6bb9f0001");
        quality.EntityPath.ToString().ShouldBe("/__properties/quality");
        quality.IsStatic.ShouldBeTrue();
        quality.RowId(0).ToString().ShouldBe("18B0AA9FA70001016952b7c6bb9f0002");
        ((BooleanArray)quality.Component("tracking_good")!.Lists.Values).GetValue(0).ShouldBe(true);
        error.Id.ToChunkId().ShouldBe("chunk_18B0AA9FA70002006952b7c6bb9f0003");
        error.Timeline("real_time")!.Kind.ShouldBe(TimelineKind.Timestamp);
        error.Timeline("real_time")!.Times.ToArray().ShouldBe([1700000000000000000, 1700000000100000000]);
        ((DoubleArray)error.Component("Scalars:scalars")!.Lists.Values).Values.ToArray().ShouldBe([0.5, 0.25]);
    }
}

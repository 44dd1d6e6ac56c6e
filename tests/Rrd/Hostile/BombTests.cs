using Strata.Arrow;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>Small files that unfold into huge ones.</summary>
public class BombTests
{
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong)RrdLimits.MaxUncompressedBytes)]
    [InlineData(1_000_000UL)]
    public async Task A_claimed_size_beyond_what_LZ4_can_do_allocates_nothing(ulong claimed) =>
        (await CostAsync(BombMessages.File(BombMessages.ArrowMsg(new byte[100], 2, claimed)), RrdRules.Chunk)).ShouldBeLessThan(1 << 20);

    [Fact]
    public async Task A_block_of_zeros_is_unpacked_as_far_as_it_says_and_no_further()
    {
        var block = new byte[Lz4BlockEncoder.MaxEncodedLength(8 << 20)];
        var length = Lz4BlockEncoder.Encode(new byte[8 << 20], block);
        length.ShouldBeLessThan(40_000);

        (await CostAsync(BombMessages.File(BombMessages.ArrowMsg(block[..length], 2, 8 << 20)), RrdRules.Chunk)).ShouldBeLessThan(2 * WaysOfReading * (8 << 20));
        (await CostAsync(BombMessages.File(BombMessages.ArrowMsg(block[..length], 2, 4 << 20)), RrdRules.Chunk)).ShouldBeLessThan(2 * WaysOfReading * (4 << 20));
    }

    [Fact]
    public async Task Columns_of_nulls_alone_cost_nothing_a_row()
    {
        var nulls = Enumerable.Range(0, 500).Select(k => (BombMessages.Field($"c{k}", NullType.Default, "data"), (IArrowArray)new NullArray(ArrowLimits.MaxRowsWithoutBytes)));
        var file = BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", ArrowLimits.MaxRowsWithoutBytes, nulls, withRowIds: false)));
        (await CostAsync(file, RrdRules.Chunk)).ShouldBeLessThan(Probe.FreeBytes);
    }

    [Fact]
    public async Task Columns_of_nulls_beside_row_ids_share_their_lists()
    {
        const int rows = 1 << 20;
        var nulls = Enumerable.Range(0, 500).Select(k => (BombMessages.Field($"c{k}", NullType.Default, "data"), (IArrowArray)new NullArray(rows)));
        var file = BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", rows, nulls)));
        (await CostAsync(file)).ShouldBeLessThan(10L * WaysOfReading * Tuid.Size * rows);
    }

    [Fact]
    public async Task Every_timeline_with_every_component_is_more_than_an_index_may_have()
    {
        var timelines = Enumerable.Range(0, 2_000).Select(k => (BombMessages.Field($"t{k}", Int64Type.Default, "index"), (IArrowArray)Int64Array.From([1])));
        var components = Enumerable.Range(0, 2_000).Select(k => (BombMessages.Field($"c{k}", NullType.Default, "data"), (IArrowArray)new NullArray(1)));
        var reader = await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", 1, timelines.Concat(components)))));
        reader.Contents.Findings.ShouldContain(finding => finding.Message.Contains("a store whose chunk index stays within bounds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Long_names_of_timelines_and_components_do_not_multiply()
    {
        var name = new string('n', 60_000);
        var timelines = Enumerable.Range(0, 150).Select(k => (BombMessages.Field($"t{k}{name}", Int64Type.Default, "index"), (IArrowArray)Int64Array.From([1])));
        var components = Enumerable.Range(0, 150).Select(k => (BombMessages.Field($"c{k}{name}", NullType.Default, "data"), (IArrowArray)new NullArray(1)));
        var reader = await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", 1, timelines.Concat(components)))));
        reader.Contents.Findings.ShouldContain(finding => finding.Message.Contains("a store whose index columns have names of at most", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entity_path_of_many_parts_is_refused()
    {
        var reader = await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch(BombMessages.Path(30_000), 1, []))));
        reader.Contents.Findings.ShouldContain(finding => finding.Message.Contains("an entity path of at most 1000 parts, found one of 30000", StringComparison.Ordinal));
        (await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch(BombMessages.Path(1_000), 1, []))))).Contents.Stores[0].Manifest.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Names_of_one_file_are_bounded_all_together()
    {
        var path = new string('p', 60_000);
        var chunks = Enumerable.Range(0, 600).Select(k => BombMessages.Chunk(BombMessages.Batch($"/{k}{path}", 1, [], id: k + 1)));
        var reader = await Recording.OpenAsync(BombMessages.File(chunks));
        reader.Contents.Findings.ShouldContain(finding => finding.Message.Contains("characters of names in one file", StringComparison.Ordinal));
        reader.Contents.Stores[0].Manifest.Count.ShouldBeInRange(500, 560);
    }

    [Theory]
    [InlineData("rerun:component")]
    [InlineData("rerun:archetype")]
    [InlineData("rerun:component_type")]
    public async Task A_name_beyond_its_bound_is_refused_and_quoted_in_part(string key)
    {
        var field = new Field("c", NullType.Default, nullable: true, new Dictionary<string, string> { ["rerun:kind"] = "data", [key] = new string('n', 1 << 20) });
        var reader = await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", 1, [(field, new NullArray(1))]))));
        reader.Contents.Findings.ShouldContain(finding => finding.Message.Contains("of at most 65536 bytes, found one of 1048576 characters", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_quotes_a_long_text_in_part()
    {
        var field = BombMessages.Field("c", NullType.Default, new string('k', 4 << 20));
        var reader = await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", 1, [(field, new NullArray(1))]))));
        reader.Contents.Findings.ShouldAllBe(finding => finding.Message.Length <= RrdLimits.MaxFindingChars + 2);
        reader.Contents.Findings.ShouldContain(finding => finding.Message.Contains("'c' of kind 'kkk", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [InlineData(0UL)]
    public async Task Groups_and_messages_nested_without_end_are_refused(ulong kind)
    {
        var groups = Enumerable.Repeat((byte)0x0B, 100_000).ToArray();
        await CostAsync(BombMessages.File((kind, groups)));
        await CostAsync(BombMessages.File((kind, BombMessages.Bytes(1, groups))));
        await CostAsync(BombMessages.File((kind, BombMessages.Bytes(2, BombMessages.Bytes(2, groups)))));
        var nested = Array.Empty<byte>();
        for (var depth = 0; depth < 1_000; depth++)
        {
            nested = BombMessages.Bytes((depth % 7) + 1, nested);
        }
        await CostAsync(BombMessages.File((kind, nested)));
    }

    [Theory]
    [InlineData(2_000, 10)]
    [InlineData(400, 10_000)]
    public async Task A_footer_of_too_many_pairs_is_not_checked_pair_by_pair(int each, int nameChars)
    {
        var one = await Recording.OpenAsync(BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", 1, []))));
        var name = new string('n', nameChars);
        var timelines = Enumerable.Range(0, each).Select(k => BombMessages.Field($"t{k}{name}", Int64Type.Default, "index"));
        var components = Enumerable.Range(0, each).Select(k => BombMessages.Field($"c{k}{name}", new ListType(NullType.Default), "data"));
        ManifestRules.Check(ManifestTable.From(one.Contents.Stores[0].Manifest), new Schema(timelines.Concat(components)))!.ShouldContain("the names of all pairs");
    }

    // A file is read as a file, as a stream, and chunk by chunk in four ways.
    private const int WaysOfReading = 6;

    private static async Task<long> CostAsync(byte[] file, string? rule = null)
    {
        if (rule is not null)
        {
            (await Recording.OpenAsync(file)).Contents.Rules().ShouldContain(rule);
        }
        return await Probe.MeasureAsync(file.Length, () => WholeFile.ReadAsync(file), $"a file of {file.Length} bytes");
    }
}

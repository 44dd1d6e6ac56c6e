using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class DoctorTests
{
    public static TheoryData<string> FilesOfToday => [.. Edited.SdkFiles.Where(name => name != "sdk/features/no_footer.rrd" && name != "sdk/features/properties_no_footer.rrd" && !name.Contains("episode_0.2", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(FilesOfToday))]
    public async Task What_the_SDK_of_today_writes_breaks_no_rule(string name) => await Edited.ShouldBeSoundAsync(Edited.Bytes(name), name);

    [Theory]
    [InlineData("cut.rrd", RrdRules.Truncated)]
    [InlineData("concat.rrd", RrdRules.Concatenated)]
    [InlineData("nofooter.rrd", RrdRules.NoFooter)]
    [InlineData("nover.rrd", RrdRules.SorbetVersion)]
    [InlineData("nocid.rrd", RrdRules.ArrowMessage)]
    [InlineData("nosrc.rrd", RrdRules.StoreInfo)]
    [InlineData("unk.rrd", RrdRules.UnknownKind)]
    [InlineData("nulltime.rrd", RrdRules.Chunk)]
    [InlineData("enc0.rrd", RrdRules.Chunk)]
    [InlineData("flat.rrd", RrdRules.DataColumn)]
    [InlineData("largelist.rrd", RrdRules.DataColumn)]
    public async Task Each_crafted_file_is_found_out(string name, string rule)
    {
        var bytes = Recording.Fixture(name);

        var diagnosis = await RecordingDoctor.ExamineAsync(new MemoryBytes(bytes), Edited.Token);

        var finding = diagnosis.Findings.First(f => f.Rule == rule);
        finding.Offset.ShouldBeInRange(0, bytes.Length);
        finding.Section.ShouldStartWith("§");
    }

    [Theory]
    [InlineData("episode_0.23.4.rrd", RrdRules.SorbetVersion)]
    [InlineData("episode_0.26.2.rrd", RrdRules.NoFooter)]
    public async Task An_old_file_is_told_what_is_old_about_it(string name, string rule) =>
        (await RecordingDoctor.ExamineAsync(new MemoryBytes(Edited.Bytes($"sdk/versions/{name}")), Edited.Token)).Findings.ShouldContain(f => f.Rule == rule);

    [Fact]
    public async Task Rows_out_of_order_a_reserved_name_and_a_time_that_is_none_are_found_with_their_chunk()
    {
        var chunk = ChunkBuilder.SendColumns(new Tuid(1, 1), new Tuid(2, 1), EntityPath.Parse("/__mine/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [long.MinValue, 2])], [ChunkBuilder.Scalars([1, 2])]);
        var ids = new byte[2 * Tuid.Size];
        new Tuid(2, 2).WriteBigEndian(ids);
        new Tuid(2, 1).WriteBigEndian(ids.AsSpan(Tuid.Size));
        var disordered = new Chunk(chunk.Id, chunk.EntityPath, Strata.Arrow.FixedSizeBinaryArray.Wrap(Tuid.Size, ids, 2), chunk.Timelines, chunk.Components);
        var output = RawRecording.Of(SampleLayer.Store, disordered);

        var diagnosis = await RecordingDoctor.ExamineAsync(new MemoryBytes(output), Edited.Token);

        diagnosis.Findings.Select(f => f.Rule).ShouldBe([RrdRules.RowOrder, RrdRules.IndexColumn, RrdRules.ReservedName, RrdRules.NoFooter], ignoreOrder: true);
        diagnosis.Findings.Where(f => f.Rule != RrdRules.NoFooter).Select(f => f.Offset).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_row_that_has_a_component_twice_is_found_within_a_chunk_and_in_two_of_them()
    {
        var once = Rows(chunk: 1, firstRow: 10, ChunkBuilder.Scalars([1, 2]));
        (await RulesOfAsync(once, Rows(chunk: 2, firstRow: 12, ChunkBuilder.Scalars([1, 2])))).ShouldBeEmpty();
        (await RulesOfAsync(once, Rows(chunk: 2, firstRow: 11, ChunkBuilder.Scalars([1, 2])))).ShouldBe([RrdRules.DuplicateRow]);
        (await RulesOfAsync(once, Rows(chunk: 2, firstRow: 11, ChunkBuilder.Text("note", "b")))).ShouldBeEmpty("of one row each component may lie in a chunk of its own");
        (await RulesOfAsync(once, Rows(chunk: 2, firstRow: 11, ChunkBuilder.Scalars([1, 2]), "/b"))).ShouldBeEmpty("another entity has rows of its own");
        (await RulesOfAsync(WithIds(once, 5, 5))).ShouldBe([RrdRules.DuplicateRow]);
    }

    [Fact]
    public async Task Chunks_that_overlap_without_end_are_not_all_compared_and_that_is_said()
    {
        const int many = 400;
        var chunks = Enumerable.Range(1, many).Select(i => WithIds(Rows(chunk: (ulong)i, firstRow: 1, ChunkBuilder.Scalars([1, 2])), (ulong)i, (ulong)(1_000_000 - i))).ToArray();

        (await RulesOfAsync(chunks)).ShouldBe([RrdRules.RowIdOverlap]);
    }

    [Fact]
    public async Task A_footer_that_says_what_is_not_true_of_a_chunk_is_found_out()
    {
        var bytes = SampleLayer.Write(WriterProfile.V1 with { UseLz4 = false });
        var row = FirstRowCount(bytes);
        bytes[row] = SampleLayer.Rows + 1;
        RawRecording.Reseal(bytes);

        var diagnosis = await RecordingDoctor.ExamineAsync(new MemoryBytes(bytes), Edited.Token);

        var finding = diagnosis.Findings.ShouldHaveSingleItem();
        (finding.Rule, finding.Severity).ShouldBe((RrdRules.ManifestRow, Severity.Error));
        finding.Message.ShouldContain("chunk_num_rows = 101");
    }

    [Fact]
    public async Task Any_bytes_are_refused_or_examined()
    {
        var bytes = Recording.Fixture("F1.rrd");
        var random = new Random(1);
        for (var k = 0; k < 2_000; k++)
        {
            var broken = bytes.ToArray();
            broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                await RecordingDoctor.ExamineAsync(new MemoryBytes(broken), Edited.Token);
            }
            catch (RrdFormatException e)
            {
                e.Offset.ShouldBeLessThan(StreamHeader.Size);
            }
        }
    }

    private static Chunk Rows(ulong chunk, ulong firstRow, ComponentColumn component, string path = "/a") => ChunkBuilder.SendColumns(
        new Tuid(1, chunk), new Tuid(2, firstRow), EntityPath.Parse(path), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [.. Enumerable.Range(0, component.Lists.Length).Select(i => (long)i)])], [component]);

    private static Chunk WithIds(Chunk chunk, params ulong[] ids)
    {
        var bytes = new byte[ids.Length * Tuid.Size];
        for (var row = 0; row < ids.Length; row++)
        {
            new Tuid(2, ids[row]).WriteBigEndian(bytes.AsSpan(row * Tuid.Size));
        }
        return new Chunk(chunk.Id, chunk.EntityPath, Strata.Arrow.FixedSizeBinaryArray.Wrap(Tuid.Size, bytes, ids.Length), chunk.Timelines, chunk.Components);
    }

    private static async Task<IEnumerable<string>> RulesOfAsync(params Chunk[] chunks)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(SampleLayer.Store, chunk);
        }
        writer.Finish().ShouldBeNull();
        return (await RecordingDoctor.ExamineAsync(new MemoryBytes(output.WrittenMemory), Edited.Token)).Findings.Select(finding => finding.Rule);
    }

    // The number of rows of the first chunk, as a number of eight bytes in the footer's table: the only such number there.
    private static int FirstRowCount(byte[] bytes)
    {
        var number = new byte[sizeof(ulong)];
        number[0] = SampleLayer.Rows;
        byte[] column = [.. number, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        return bytes.AsSpan().LastIndexOf(column);
    }
}

using System.Buffers;
using System.Security.Cryptography;
using Strata.Arrow;

namespace Strata.Rrd.Tests;

public class WriterTests
{
    private static readonly StoreId Store = StoreId.Recording("demo_app", "demo_rec");
    private static readonly Tuid Id = new(0x18B0AA9FA7000000, 0x6952B7C6BB9F0000);

    [Fact]
    public async Task The_specifications_file_is_written_again_byte_for_byte()
    {
        var original = Recording.Fixture("F1.rrd");
        var reader = await Recording.OpenAsync(original);
        var (writer, output) = Open(WriterProfile.V1 with { UseLz4 = false });
        foreach (var chunk in await reader.ChunksAsync())
        {
            writer.WriteChunk(Store, chunk);
        }
        writer.Finish().ShouldBeNull();
        output.WrittenSpan.CommonPrefixLength(original).ShouldBe(original.Length, "the first byte that differs");
        Convert.ToHexStringLower(SHA256.HashData(output.WrittenSpan)).ShouldBe("e49b2b67bcd23993fa471d6989809c609f1d0d0076dad3ff63a576b0bd493210");
    }

    [Fact]
    public void Profile_1_is_frozen()
    {
        var golden = Recording.Fixture("profile-1.rrd");
        var written = SampleLayer.Write(WriterProfile.V1);
        written.AsSpan().CommonPrefixLength(golden).ShouldBe(golden.Length, "the first byte that differs: profile 1 may never change, a better encoding is profile 2");
        written.Length.ShouldBe(golden.Length);
    }

    [Fact]
    public async Task What_is_written_is_read_back_by_footer_and_by_scan()
    {
        var bytes = SampleLayer.Write(WriterProfile.V1);
        foreach (var file in new[] { bytes, [.. bytes, 0] })
        {
            var reader = await Recording.OpenAsync(file);
            reader.Contents.UsedFooter.ShouldBe(file.Length == bytes.Length);
            var chunks = await reader.ChunksAsync();
            chunks.Select(chunk => chunk.Id).ShouldBe(SampleLayer.Chunks().Select(chunk => chunk.Id));
            ((DoubleArray)chunks[0].Component("Scalars:scalars")!.Lists.Values).Values.ToArray().ShouldBe(Enumerable.Range(0, SampleLayer.Rows).Select(SampleLayer.Error));
            chunks[0].RowId(SampleLayer.Rows - 1).ShouldBe(chunks[0].RowId(0).Next(SampleLayer.Rows - 1));
            var properties = await RecordingProperties.ReadAsync(reader, reader.Contents.Recordings.Single(), TestContext.Current.CancellationToken);
            properties.Batch.Schema.FieldsList.Select(field => field.Name).ShouldBe(
                ["property:tracking_error:good", "property:tracking_error:mean", "property:tracking_error:rms_per_joint", "property:tracking_error:rows_used"]);
        }
    }

    [Fact]
    public async Task Properties_whose_column_names_clash_are_both_kept_and_named()
    {
        var (writer, output) = Open(WriterProfile.V1);
        writer.WriteChunk(Store, ChunkBuilder.SendProperty(Id.Next(10), Id.Next(11), "my-prop", ChunkBuilder.AnyValue("v", Int64Array.From([1]))));
        writer.WriteChunk(Store, ChunkBuilder.SendProperty(Id.Next(20), Id.Next(21), "my.prop", ChunkBuilder.AnyValue("v", Int64Array.From([2]))));
        writer.Finish().ShouldBeNull();
        var reader = await Recording.OpenAsync(output.WrittenSpan.ToArray());
        var properties = await RecordingProperties.ReadAsync(reader, reader.Contents.Recordings.Single(), TestContext.Current.CancellationToken);
        properties.Batch.Schema.FieldsList.Select(field => field.Name).ShouldBe(["property:my.prop:v", "property:my_prop:v"]);
        properties.Clashes.ShouldBe(["property:my.prop:v"]);
    }

    [Fact]
    public async Task Timelines_whose_column_names_clash_cost_the_footer_and_not_the_data()
    {
        var (writer, output) = Open(WriterProfile.V1);
        long[] times = [1, 2];
        writer.WriteChunk(Store, ChunkBuilder.SendColumns(Id.Next(10), Id.Next(11), EntityPath.Parse("/x"),
            [ChunkBuilder.Timeline("a-b", TimelineKind.Sequence, times), ChunkBuilder.Timeline("a.b", TimelineKind.Sequence, times)], [ChunkBuilder.Scalars([1.0, 2.0])]));
        writer.Finish()!.ShouldContain("'a-b' and 'a.b'");
        var reader = await Recording.OpenAsync(output.WrittenSpan.ToArray());
        reader.Contents.UsedFooter.ShouldBeFalse();
        reader.Contents.Findings.ShouldBeEmpty();
        (await reader.ChunksAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_recording_without_chunks_has_the_footer_of_the_SDK()
    {
        var (writer, output) = Open(WriterProfile.V1);
        writer.Finish().ShouldBeNull();
        Convert.ToHexString(output.WrittenSpan[^32..]).ShouldBe("6C00000000000000" + "0000000000000000" + "7136972A" + "52524632464F4F5401000000");
        var reader = await Recording.OpenAsync(output.WrittenSpan.ToArray());
        reader.Contents.Findings.ShouldBeEmpty();
        reader.Contents.Recordings.ShouldHaveSingleItem().Manifest.Count.ShouldBe(0);
    }

    [Fact]
    public void What_Rerun_would_refuse_or_drop_is_not_written()
    {
        var (writer, _) = Open(WriterProfile.V1);
        var path = EntityPath.Parse("/x");
        var good = ChunkBuilder.SendStatic(Id.Next(10), Id.Next(11), path, ChunkBuilder.AnyValue("v", Int64Array.From([1])));
        writer.WriteChunk(Store, good);
        Refused(() => writer.WriteChunk(Store, good), "written before");
        Refused(() => writer.WriteChunk(StoreId.Recording("demo_app", "other"), good), "must be announced");
        Refused(() => writer.WriteChunk(Store, ChunkBuilder.SendStatic(Id.Next(20), Id.Next(21), path, ChunkBuilder.AnyValue("v", DoubleArray.From([1])))), "as earlier chunks have it");
        Refused(() => writer.WriteChunk(Store, ChunkBuilder.SendColumns(Id.Next(30), Id.Next(31), path,
            [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [long.MinValue])], [ChunkBuilder.Scalars([1.0])])), "stands for static data");
        Refused(() => writer.WriteChunk(Store, ChunkBuilder.SendColumns(Id.Next(40), new Tuid(1, ulong.MaxValue), path,
            [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [1, 2])], [ChunkBuilder.Scalars([1.0, 2.0])])), "not ascending");
        Refused(() => writer.SetStoreInfo(StoreId.Recording("my.app", "r"), StoreSource.Unknown, Id), "normalised");
        Refused(() => ChunkBuilder.SendColumns(Id, Id, path, [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [1])], [ChunkBuilder.Scalars([1.0, 2.0])]), "2 rows in every column, found 1");
    }

    private static void Refused(Action action, string why) => Should.Throw<ArgumentException>(action).Message.ShouldContain(why);

    private static (RrdWriter Writer, ArrayBufferWriter<byte> Output) Open(WriterProfile profile)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, profile);
        writer.SetStoreInfo(Store, StoreSource.Other("C#"), Id);
        return (writer, output);
    }
}

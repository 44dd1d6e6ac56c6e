using System.Buffers;
using System.Text.Json.Nodes;
using Strata.Arrow.Tests.Support;

namespace Strata.Arrow.Tests;

/// <summary>Streams that pyarrow wrote (make/make_golden.py), with its values beside them: nothing else is needed to compare with it.</summary>
public class PyArrowGoldenTests
{
    public static TheoryData<string> Streams => [.. Directory.GetFiles(TestFiles.PyArrowGolden(), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void All_golden_streams_are_there() => Streams.Count.ShouldBe(13);

    [Theory]
    [MemberData(nameof(Streams))]
    public void What_pyarrow_wrote_is_read_value_for_value(string stream) => ShouldHoldTheGoldenValues(stream, new ArrowStreamReader(Read(stream)).ReadAll());

    [Theory]
    [MemberData(nameof(Streams))]
    public void What_pyarrow_wrote_holds_the_same_values_and_metadata_when_we_have_written_it_again(string stream)
    {
        var reader = new ArrowStreamReader(Read(stream));
        var output = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(output, reader.Schema);
        while (reader.ReadNextRecordBatchWithCustomMetadata() is { } next)
            writer.WriteRecordBatch(next.Batch, next.CustomMetadata);
        writer.WriteEnd();

        var again = new ArrowStreamReader(output.WrittenMemory);
        again.Schema.ShouldBe(reader.Schema);
        ShouldHoldTheGoldenValues(stream, again.ReadAll());
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_cut_and_every_flipped_byte_of_it_is_an_error_or_readable_values(string stream)
    {
        byte[] bytes = Read(stream);
        for (int at = 0; at < bytes.Length; at++)
        {
            HostileBytesTests.ReadToTheLastValue(bytes.AsMemory(0, at));
            foreach (byte mask in (ReadOnlySpan<byte>)[0x01, 0xFF])
            {
                bytes[at] ^= mask;
                HostileBytesTests.ReadToTheLastValue(bytes);
                bytes[at] ^= mask;
            }
        }
    }

    [Fact]
    public void Metadata_of_schema_fields_and_messages_is_read()
    {
        var reader = new ArrowStreamReader(Read("message_metadata"));
        reader.Schema.Metadata.ShouldBe(new Dictionary<string, string> { ["made by"] = "pyarrow", ["empty"] = "", ["ключ"] = "значение" }, ignoreOrder: true);
        reader.Schema.GetFieldByIndex(0).Metadata.ShouldBe(new Dictionary<string, string> { ["unit"] = "m", ["größe"] = "😀", [""] = "" }, ignoreOrder: true);
        reader.Schema.GetFieldByIndex(1).HasMetadata.ShouldBeFalse();

        reader.ReadNextRecordBatchWithCustomMetadata()!.Value.CustomMetadata.ShouldBe(new Dictionary<string, string> { ["n"] = "1", ["ü"] = "😀" }, ignoreOrder: true);
        reader.ReadNextRecordBatchWithCustomMetadata()!.Value.CustomMetadata.ShouldBeEmpty();
        reader.ReadNextRecordBatchWithCustomMetadata().ShouldBeNull();
    }

    [Theory]
    [InlineData("body_lz4", "LZ4_FRAME")]
    [InlineData("body_zstd", "ZSTD")]
    public void Compressed_bodies_are_refused_by_name(string stream, string codec)
    {
        var reader = new ArrowStreamReader(Read(stream));
        Should.Throw<ArrowFormatException>(reader.ReadNextRecordBatch).Message.ShouldContain($"body compression {codec} is not supported");
    }

    private static byte[] Read(string stream) => File.ReadAllBytes(Path.Combine(TestFiles.PyArrowGolden(), $"{stream}.arrow"));

    private static void ShouldHoldTheGoldenValues(string stream, IReadOnlyList<RecordBatch> batches)
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllBytes(Path.Combine(TestFiles.PyArrowGolden(), $"{stream}.json")))!;
        batches.Select(b => b.Length).ShouldBe(golden["rows"]!.AsArray().Select(n => (int)n!));
        for (int k = 0; k < batches.Count; k++)
        {
            for (int column = 0; column < batches[k].ColumnCount; column++)
            {
                JsonNode expected = golden["values"]![k]![column]!;
                JsonArray found = PlainValues.Of(batches[k].Column(column));
                JsonNode.DeepEquals(JsonNode.Parse(found.ToJsonString()), expected)
                    .ShouldBeTrue($"{stream}, batch {k}, column '{batches[k].Schema.GetFieldByIndex(column).Name}': {expected.ToJsonString()} expected, {found.ToJsonString()} found");
            }
        }
    }
}

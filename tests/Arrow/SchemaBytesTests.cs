using System.Security.Cryptography;

namespace Strata.Arrow.Tests;

/// <summary>Hashes that real Rerun computed over schema messages. Source: rrd-format Appendix D.2.</summary>
public class SchemaBytesTests
{
    private static readonly Field RowId = new("rerun.controls.RowId", new FixedSizeBinaryType(16), false, new Dictionary<string, string>
    {
        ["rerun:kind"] = "control",
        ["ARROW:extension:name"] = "rerun.datatypes.TUID",
        ["ARROW:extension:metadata"] = """{"namespace":"row"}""",
    });

    private static readonly Field[] Points =
    [
        RowId,
        Index("frame_nr", Int64Type.Default),
        Column("/my/entity", UInt32Type.Default, "example.MyPoints:colors", "example.MyPoints", "example.MyColor"),
        Column("/my/entity", StringType.Default, "example.MyPoints:labels", "example.MyPoints", "example.MyLabel", "rerun:is_static"),
        Column(
            "/my/entity",
            new StructType([new Field("x", FloatType.Default, false), new Field("y", FloatType.Default, false)]),
            "example.MyPoints:points",
            "example.MyPoints",
            "example.MyPoint"),
    ];

    [Fact]
    public void Schema_1_of_points_has_Reruns_hash() =>
        Hash(Points).ShouldBe("7445711ea6547499a41035b6572d7adb6021f9efb63e9a01b7210e2e3b0074f1");

    [Fact]
    public void Schema_2_of_a_layered_segment_has_Reruns_hash() =>
        Hash([.. Points, Column("/data", FloatType.Default, "test", flag: "rerun:is_static")])
            .ShouldBe("ec802bca32cdf0a913ecddcde2c6b8c868cc4f1fce727224f3fbc15443883809");

    [Fact]
    public void Schema_3_of_the_documentation_has_Reruns_hash() =>
        Hash([
            RowId,
            Index("frame", Int64Type.Default),
            Index("log_tick", Int64Type.Default),
            Index("log_time", TimestampType.Nanosecond),
            Column("/points", UInt32Type.Default, "Points3D:colors", "rerun.archetypes.Points3D", "rerun.components.Color"),
            Column(
                "/points",
                new FixedSizeListType(new Field("item", FloatType.Default, false), 3),
                "Points3D:positions",
                "rerun.archetypes.Points3D",
                "rerun.components.Position3D"),
            Column(
                "/__properties", Int64Type.Default, "RecordingInfo:start_time", "rerun.archetypes.RecordingInfo", "rerun.components.Timestamp", "rerun:is_static", "property"),
        ]).ShouldBe("03bea0095483cf5d32a3d28fc28f0433d917cdeacf88a07fcf02b97a778f492b");

    [Fact]
    public void Schema_4_of_a_derived_layer_has_Reruns_hash() =>
        Hash([
            RowId,
            Index("real_time", TimestampType.Nanosecond),
            Column("/derived/tracking_error", DoubleType.Default, "Scalars:scalars", "rerun.archetypes.Scalars", "rerun.components.Scalar"),
            Column("/__properties/quality", BooleanType.Default, "tracking_good", flag: "rerun:is_static", prefix: "property:quality"),
        ]).ShouldBe("d8e8049577dcaf17dbe8cd56a1b324977e4aa45a1f918353d4bc7316ab95cd07");

    [Fact]
    public void Schema_5_of_unusual_names_has_Reruns_hash() =>
        Hash([
            RowId,
            Index("elapsed time", DurationType.Nanosecond),
            Index("frame-nr", Int64Type.Default),
            Column("/a", StringType.Default, "zz", flag: "rerun:is_semantically_empty"),
            Column("/a", UInt32Type.Default, "my.archetypes.Points:colors", "my.archetypes.Points", "rerun.components.Color"),
            Column("/c", DoubleType.Default, "Scalars:scalars", "rerun.archetypes.Scalars", "rerun.components.Scalar"),
            Column("/b.c/d\\ e", DoubleType.Default, "Scalars:scalars", "rerun.archetypes.Scalars", "rerun.components.Scalar", "rerun:is_static"),
            Column("/__properties/my\\ prop", Int64Type.Default, "v", flag: "rerun:is_static", prefix: "property:my\\ prop"),
        ]).ShouldBe("eccf0b8866ec16851402eccf1364c6999731a08d32e72ed519f0054ded171f4f");

    [Fact]
    public void A_schema_without_fields_has_the_bytes_of_the_check_value()
    {
        string expected = "FFFFFFFF" + "30000000" + "10000000" + "00000A00" + "0C000A00" + "09000400" + "0A000000" + "10000000" + "00010400" + "08000800" + "00000400" + "08000000"
            + "04000000" + "00000000";
        byte[] message = new Schema([]).SerializeSchemaMessage();
        Convert.ToHexString(message.AsSpan(0, 4)).ShouldBe("FFFFFFFF");
        Convert.ToHexString(message.AsSpan(8, 48)).ShouldBe(expected[16..]);
        message.Length.ShouldBe(64);
    }

    /// <summary>F1 is a recording whose two chunks re-encode byte by byte through arrow-rs; where they lie: rrd-format Appendix C.</summary>
    [Theory]
    [InlineData(144, 1544)]
    [InlineData(1762, 2056)]
    public void Chunks_of_a_recording_are_written_again_byte_for_byte(int offset, int length)
    {
        byte[] stream = Support.TestFiles.Data("crafted", "F1.rrd").AsSpan(offset, length).ToArray();
        RecordBatch.FromIpcStream(stream).ToIpcStream().ShouldBe(stream);
    }

    /// <summary>Other writers' ways to say the same: buffers at 8 bytes without validity, leaves without a children vector.</summary>
    [Theory]
    [InlineData("align8.rrd")]
    [InlineData("leafnochild.rrd")]
    public void Other_alignments_and_absent_parts_are_read_as_the_same_values(string file)
    {
        RecordBatch plain = RecordBatch.FromIpcStream(FirstChunk("F1.rrd"));
        RecordBatch other = RecordBatch.FromIpcStream(FirstChunk(file));
        other.Length.ShouldBe(plain.Length);
        for (int k = 0; k < plain.ColumnCount; k++)
            ArrayEquality.ValuesEqual(other.Column(k), plain.Column(k)).ShouldBeTrue(plain.Schema.GetFieldByIndex(k).Name);
    }

    [Fact]
    public void A_list_without_its_child_field_is_refused() =>
        Should.Throw<ArrowFormatException>(() => RecordBatch.FromIpcStream(FirstChunk("listnochild.rrd"))).Expected.ShouldBe("one child of List");

    public static TheoryData<string> ChunksOfTheSdk => [.. Directory.GetFiles(Support.TestFiles.OwnData(), "*.arrow").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(ChunksOfTheSdk))]
    public void Chunks_of_the_real_SDK_are_written_again_byte_for_byte(string file)
    {
        byte[] stream = File.ReadAllBytes(Path.Combine(Support.TestFiles.OwnData(), file));
        RecordBatch.FromIpcStream(stream).ToIpcStream().ShouldBe(stream);
    }

    /// <summary>From the first continuation marker of an uncompressed recording on; what follows the stream's end is not read.</summary>
    private static ReadOnlyMemory<byte> FirstChunk(string file)
    {
        byte[] recording = Support.TestFiles.Data("crafted", file);
        return recording.AsMemory(recording.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]));
    }

    private static string Hash(IEnumerable<Field> fields)
    {
        var sorted = new Schema(fields.OrderBy(f => f.Name, StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(sorted.SerializeSchemaMessage()));
    }

    private static Field Index(string name, ArrowType type) =>
        new(name, type, true, new Dictionary<string, string> { ["rerun:kind"] = "index", ["rerun:index_name"] = name });

    private static Field Column(
        string entity, ArrowType item, string component, string? archetype = null, string? componentType = null, string? flag = null, string? prefix = null)
    {
        var metadata = new Dictionary<string, string> { ["rerun:kind"] = "data", ["rerun:entity_path"] = entity, ["rerun:component"] = component };
        if (archetype is not null)
            metadata["rerun:archetype"] = archetype;
        if (componentType is not null)
            metadata["rerun:component_type"] = componentType;
        if (flag is not null)
            metadata[flag] = "true";
        return new Field($"{prefix ?? entity}:{component}", new ListType(item), true, metadata);
    }
}

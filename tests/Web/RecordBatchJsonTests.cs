using Strata.Arrow;

namespace Strata.Web.Tests;

public sealed class RecordBatchJsonTests
{
    [Fact]
    public void Lists_are_arrays_times_integer_nanoseconds_and_names_the_columns_own()
    {
        var names = ListArray.From(new Field("item", new StringType(), nullable: false), [0, 2, 2], StringArray.From("base", "quality"));
        var batch = Batch(
            ("rerun_segment_id", StringArray.From("a\"b", "ü")),
            ("rerun_layer_names", names),
            ("rerun_last_updated_at", TimestampArray.From(TimestampType.Nanosecond, [1739265272123456789, -1])),
            ("seconds", TimestampArray.From(new TimestampType(TimeUnit.Second), [2, 3])));

        var table = RecordBatchJson.ToTable(batch, position: 7);

        table.Position.ShouldBe(7);
        table.Columns.Select(c => c.Name).ShouldBe(["rerun_segment_id", "rerun_layer_names", "rerun_last_updated_at", "seconds"]);
        table.Rows.ToJsonElement()[0].GetProperty("rerun_segment_id").GetString().ShouldBe("a\"b");
        table.Rows.ToJsonElement()[0].GetProperty("rerun_layer_names").GetRawText().ShouldBe("""["base","quality"]""");
        table.Rows.ToJsonElement()[1].GetProperty("rerun_layer_names").GetRawText().ShouldBe("[]");
        table.Rows.ToJsonElement()[0].GetProperty("rerun_last_updated_at").GetInt64().ShouldBe(1739265272123456789);
        table.Rows.ToJsonElement()[1].GetProperty("seconds").GetRawText().ShouldBe("3000000000");
    }

    [Fact]
    public void Numbers_are_exact_and_those_that_json_lacks_are_words()
    {
        var batch = Batch(
            ("big", UInt64Array.From([ulong.MaxValue, 0])),
            ("double", DoubleArray.From([0.17240034800329804, double.NaN])),
            ("float", FloatArray.From([0.1f, float.NegativeInfinity])),
            ("flag", BooleanArray.From([true, false])));

        var rows = RecordBatchJson.ToTable(batch, 1).Rows.ToJsonElement();

        rows[0].GetProperty("big").GetUInt64().ShouldBe(ulong.MaxValue);
        rows[0].GetProperty("double").GetDouble().ShouldBe(0.17240034800329804);
        rows[0].GetProperty("float").GetRawText().ShouldBe("0.1");
        rows[1].GetProperty("double").GetString().ShouldBe("NaN");
        rows[1].GetProperty("float").GetString().ShouldBe("-Infinity");
        rows[1].GetProperty("flag").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Nulls_stay_nulls_and_bytes_are_hexadecimal()
    {
        var batch = Batch(("text", StringArray.From("x", null)), ("bytes", FixedSizeBinaryArray.From(2, [0xAB, 0x01, 0x00, 0xFF])));

        var rows = RecordBatchJson.ToTable(batch, 1).Rows.ToJsonElement();

        rows[1].GetProperty("text").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        rows.EnumerateArray().Select(r => r.GetProperty("bytes").GetString()).ShouldBe(["ab01", "00ff"]);
    }

    [Fact]
    public void Types_that_json_lacks_are_shown_by_what_they_hold()
    {
        var words = new DictionaryArray(new ArrayData(
            new DictionaryType(Int32Type.Default, StringType.Default), 2, 0, 0, [.. Int32Array.From([1, 0]).Data.Buffers], null, StringArray.From("first", "second").Data));
        var entries = StructArray.From(
            new StructType([new Field("key", StringType.Default, nullable: false), new Field("value", Int64Type.Default, nullable: true)]), [StringArray.From("a", "b"), Int64Array.From([1, 2])], 2);
        var map = new MapArray(new ArrayData(new MapType(new Field("entries", entries.DataType, nullable: false), KeySorted: false), 2, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 2, 2])], [entries.Data]));
        var prices = new Decimal128Array(new ArrayData(new Decimal128Type(10, 2), 2, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<Int128>([150, -5])]));

        var rows = RecordBatchJson.ToTable(Batch(("word", words), ("map", map), ("price", prices)), 1).Rows.ToJsonElement();

        rows.GetRawText().ShouldBe("""[{"word":"second","map":[{"key":"a","value":1},{"key":"b","value":2}],"price":"1.50"},{"word":"first","map":[],"price":"-0.05"}]""");
    }

    [Fact]
    public void A_slice_shows_its_own_rows()
    {
        var lists = ListArray.From(new Field("item", Int64Type.Default, nullable: true), [0, 1, 3], Int64Array.From([1, 2, 3]));

        RecordBatchJson.ToTable(Batch(("v", lists)).Slice(1, 1), 1).Rows.ToJsonElement().GetRawText().ShouldBe("""[{"v":[2,3]}]""");
    }

    private static RecordBatch Batch(params (string Name, IArrowArray Column)[] columns) =>
        new(new Schema(columns.Select(c => new Field(c.Name, c.Column.DataType, nullable: true))), columns.Select(c => c.Column), columns[0].Column.Length);
}

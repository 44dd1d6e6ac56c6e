namespace Strata.Arrow.Tests;

public class TypeTests
{
    private static readonly Field Item = new("item", DoubleType.Default, true);

    [Fact]
    public void Types_are_written_in_the_words_of_arrow_rs()
    {
        new ListType(Item).ToString().ShouldBe("List(Float64)");
        new ListType(Item.WithNullable(false)).ToString().ShouldBe("List(non-null Float64)");
        new ListType(Item.WithName("element")).ToString().ShouldBe("List(Float64, field: 'element')");
        TimestampType.Nanosecond.ToString().ShouldBe("Timestamp(ns)");
        new TimestampType(TimeUnit.Microsecond, "UTC").ToString().ShouldBe("Timestamp(µs, \"UTC\")");
        new FixedSizeListType(new Field("item", FloatType.Default, false), 3).ToString().ShouldBe("FixedSizeList(3 x non-null Float32)");
        new StructType([Item.WithName("x"), Item.WithName("y").WithNullable(false)]).ToString().ShouldBe("Struct(\"x\": Float64, \"y\": non-null Float64)");
        new DictionaryType(Int32Type.Default, StringType.Default).ToString().ShouldBe("Dictionary(Int32, Utf8)");
        new Decimal128Type(10, 2).ToString().ShouldBe("Decimal128(10, 2)");
        new FixedSizeBinaryType(16).ToString().ShouldBe("FixedSizeBinary(16)");
    }

    [Fact]
    public void Types_and_fields_are_equal_by_what_they_are()
    {
        new StructType([Item]).ShouldBe(new StructType([Item.WithName("item")]));
        new StructType([Item]).GetHashCode().ShouldBe(new StructType([Item.WithName("item")]).GetHashCode());
        new StructType([Item]).ShouldNotBe(new StructType([Item.WithNullable(false)]));
        new ListType(Item).ShouldNotBe((ArrowType)new LargeListType(Item));
        Item.ShouldNotBe(Item.WithMetadata(new Dictionary<string, string> { ["a"] = "b" }));
    }

    [Fact]
    public void A_field_keeps_its_metadata_when_the_dictionary_given_changes()
    {
        var given = new Dictionary<string, string> { ["a"] = "b" };
        Field field = Item.WithMetadata(given);
        given["a"] = "c";
        field.Metadata["a"].ShouldBe("b");
    }

    [Fact]
    public void A_batch_refuses_columns_of_other_types_or_lengths()
    {
        var schema = new Schema([new Field("v", Int64Type.Default, true)]);
        Should.Throw<ArgumentException>(() => new RecordBatch(schema, [Int32Array.From([1])], 1)).Message.ShouldContain("Column 'v' is Int64 in the schema, Int32 was given.");
        Should.Throw<ArgumentException>(() => new RecordBatch(schema, [Int64Array.From([1])], 2)).Message.ShouldContain("has 1 rows, the batch has 2");
        Should.Throw<ArgumentException>(() => new RecordBatch(new Schema([new Field("v", Int64Type.Default, false)]), [Int64Array.FromNullable([1, null])], 2))
            .Message.ShouldContain("Column 'v' is not nullable in the schema, 1 nulls were given.");
        Should.Throw<KeyNotFoundException>(() => new RecordBatch(schema, [Int64Array.From([1])], 1).Column("w")).Message.ShouldBe("No column 'w'; there are: v.");
    }

    [Fact]
    public void Reading_a_batch_allocates_per_column_and_not_per_row()
    {
        long small = AllocatedByReading(1_000);
        long large = AllocatedByReading(100_000);
        large.ShouldBeLessThan(small + 1_000);
    }

    [Fact]
    public void Writing_a_batch_allocates_its_bytes_once()
    {
        RecordBatch batch = RowsOf(100_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] stream = batch.ToIpcStream();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(stream.Length + 20_000);
    }

    private static RecordBatch RowsOf(int rows)
    {
        DoubleArray numbers = DoubleArray.From(new double[7 * rows]);
        StringArray text = StringArray.From([.. Enumerable.Repeat("text", rows)]);
        return Support.Samples.Batch(("v", ListArray.OfUniformLength(numbers, 7)), ("t", text));
    }

    private static long AllocatedByReading(int rows)
    {
        byte[] stream = RowsOf(rows).ToIpcStream();
        RecordBatch.FromIpcStream(stream);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RecordBatch.FromIpcStream(stream);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

using System.Buffers;
using Strata.Arrow.Tests.Support;

namespace Strata.Arrow.Tests;

public class RoundTripTests
{
    public static TheoryData<string> Types => [.. Samples.EveryType().Select(t => t.Name)];

    private static IArrowArray Sample(string name) => Samples.EveryType().Single(t => t.Name == name).Array;

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_comes_back_with_the_same_values(string type)
    {
        RecordBatch batch = Samples.Batch(("v", Sample(type)));
        RecordBatch back = RecordBatch.FromIpcStream(batch.ToIpcStream());
        ArrayEquality.ValuesEqual(back, batch).ShouldBeTrue();
        back.Column(0).NullCount.ShouldBe(batch.Column(0).NullCount);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_slice_of_every_type_comes_back_with_the_same_values(string type)
    {
        IArrowArray whole = Sample(type);
        for (int offset = 0; offset <= whole.Length; offset++)
        {
            for (int length = 0; length <= whole.Length - offset; length++)
            {
                RecordBatch slice = Samples.Batch(("v", whole.Slice(offset, length)));
                RecordBatch back = RecordBatch.FromIpcStream(slice.ToIpcStream());
                ArrayEquality.ValuesEqual(back, slice).ShouldBeTrue($"{type} [{offset}, {offset + length})");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_slice_is_not_equal_to_its_neighbour(string type)
    {
        IArrowArray whole = Sample(type);
        ArrayEquality.ValuesEqual(whole.Slice(0, 4), whole.Slice(0, 5)).ShouldBeFalse();
        if (type != "null")
            ArrayEquality.ValuesEqual(whole.Slice(0, 4), whole.Slice(1, 4)).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Writing_what_was_read_gives_the_same_bytes(string type)
    {
        byte[] stream = Samples.Batch(("v", Sample(type))).ToIpcStream();
        RecordBatch.FromIpcStream(stream).ToIpcStream().ShouldBe(stream);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Slices_concatenated_are_the_whole(string type)
    {
        IArrowArray whole = Sample(type);
        IArrowArray joined = ArrayConcatenator.Concatenate([whole.Slice(0, 1), whole.Slice(1, 0), whole.Slice(1, 3), whole.Slice(4, 1)]);
        ArrayEquality.ValuesEqual(joined, whole).ShouldBeTrue();
        joined.NullCount.ShouldBe(whole.NullCount);
        IArrowArray twice = ArrayConcatenator.Concatenate([whole, Copy(whole)]);
        ArrayEquality.ValuesEqual(twice.Slice(5, 5), whole).ShouldBeTrue();
    }

    [Fact]
    public void All_types_in_one_batch_come_back_and_buffers_lie_at_64_bytes()
    {
        RecordBatch batch = Samples.Batch([.. Samples.EveryType()]);
        byte[] stream = batch.ToIpcStream();
        stream.Length.ShouldBe(ArrowStreamWriter.MeasureStream(batch));
        ((stream.Length - 8) % 64).ShouldBe(0);
        ArrayEquality.ValuesEqual(RecordBatch.FromIpcStream(stream), batch).ShouldBeTrue();
    }

    [Fact]
    public void Arrays_that_were_read_are_slices_of_the_given_memory()
    {
        byte[] stream = Samples.Batch(("v", Int64Array.From([1, 2, 3]))).ToIpcStream();
        var values = (Int64Array)RecordBatch.FromIpcStream(stream).Column("v");
        int at = stream.AsSpan().IndexOf(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>([1, 2, 3]));
        stream[at] = 9;
        values.Values.ToArray().ShouldBe([9, 2, 3]);
    }

    [Fact]
    public void Misaligned_memory_is_read_all_the_same()
    {
        byte[] stream = Samples.Batch([.. Samples.EveryType()]).ToIpcStream();
        var shifted = new byte[stream.Length + 1];
        stream.CopyTo(shifted, 1);
        RecordBatch back = RecordBatch.FromIpcStream(shifted.AsMemory(1));
        ArrayEquality.ValuesEqual(back, RecordBatch.FromIpcStream(stream)).ShouldBeTrue();
    }

    [Fact]
    public void Several_batches_are_all_read_and_a_missing_end_marker_is_accepted()
    {
        var schema = new Schema([new Field("v", Int64Type.Default, true)], new Dictionary<string, string> { ["k"] = "v" });
        var output = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(output, schema);
        writer.WriteRecordBatch(new RecordBatch(schema, [Int64Array.From([1, 2])], 2));
        writer.WriteRecordBatch(new RecordBatch(schema, [Int64Array.From([])], 0));
        writer.WriteRecordBatch(new RecordBatch(schema, [Int64Array.From([3])], 1));
        ReadLengths(output.WrittenMemory).ShouldBe([2, 0, 1]);
        writer.WriteEnd();
        ReadLengths(output.WrittenMemory).ShouldBe([2, 0, 1]);
        new ArrowStreamReader(output.WrittenMemory).Schema.ShouldBe(schema);
    }

    [Fact]
    public void A_writer_without_batches_leaves_a_schema_and_an_end()
    {
        var schema = new Schema([new Field("v", Int64Type.Default, true)]);
        var output = new ArrayBufferWriter<byte>();
        new ArrowStreamWriter(output, schema).WriteEnd();
        output.WrittenSpan.ToArray().ShouldBe(schema.ToIpcStream());
        Schema.FromIpcStream(output.WrittenMemory).ShouldBe(schema);
        Should.Throw<ArrowFormatException>(() => RecordBatch.FromIpcStream(output.WrittenMemory)).Expected.ShouldBe("a record batch");
    }

    [Fact]
    public void Framing_without_continuation_as_before_0_15_is_read()
    {
        RecordBatch batch = Samples.Batch(("v", StringArray.From("a", "b")));
        byte[] stream = batch.ToIpcStream();
        int second = stream.AsSpan(8).IndexOf((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]) + 8;
        byte[] old = [.. stream[4..second], .. stream[(second + 4)..]];
        ArrayEquality.ValuesEqual(RecordBatch.FromIpcStream(old), batch).ShouldBeTrue();
    }

    [Fact]
    public void Metadata_of_schema_and_fields_comes_back_with_any_characters()
    {
        var metadata = new Dictionary<string, string> { ["ключ"] = "значение", ["\uFF5E"] = "😀", ["😀"] = "", ["a"] = "b" };
        var schema = new Schema([new Field("", new ListType(new Field("item", Int8Type.Default, false, metadata)), true, metadata)], metadata);
        Schema.FromIpcStream(schema.ToIpcStream()).ShouldBe(schema);
    }

    private static int[] ReadLengths(ReadOnlyMemory<byte> stream) => [.. new ArrowStreamReader(stream).ReadAll().Select(b => b.Length)];

    private static IArrowArray Copy(IArrowArray array) => RecordBatch.FromIpcStream(Samples.Batch(("v", array)).ToIpcStream()).Column(0);
}

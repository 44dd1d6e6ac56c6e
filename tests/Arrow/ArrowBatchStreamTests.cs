using System.Buffers;

namespace Strata.Arrow.Tests;

/// <summary>A stream that comes in pieces, or not to its end.</summary>
public class ArrowBatchStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Batches_are_those_that_were_written_however_the_bytes_come_in(int most)
    {
        var batches = new ArrowBatchStream(new Pieces(Stream(), most));

        Schema schema = await batches.ReadSchemaAsync(TestContext.Current.CancellationToken);
        List<RecordBatch> read = await batches.ReadBatchesAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        schema.ShouldBe(Batch(1).Schema);
        read.Count.ShouldBe(2);
        ArrayEquality.ValuesEqual(read[0], Batch(1)).ShouldBeTrue();
        ArrayEquality.ValuesEqual(read[1], Batch(2)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_cut_at_any_byte_is_told_and_never_taken_for_a_whole_one()
    {
        byte[] stream = Stream();
        for (int length = 0; length < stream.Length; length++)
        {
            var batches = new ArrowBatchStream(new MemoryStream(stream[..length]));
            ArrowFormatException cut = await Should.ThrowAsync<ArrowFormatException>(
                async () => await batches.ReadBatchesAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
            cut.Message.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void A_length_that_lies_allocates_nothing_for_bytes_that_do_not_come()
    {
        byte[] stream = [0xFF, 0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFF, 0x6F, 1, 2, 3];
        long before = GC.GetAllocatedBytesForCurrentThread();

        // What lies in memory is read without leaving the thread whose allocations are counted.
        ValueTask<Schema> reading = new ArrowBatchStream(new MemoryStream(stream)).ReadSchemaAsync(TestContext.Current.CancellationToken);

        reading.IsFaulted.ShouldBeTrue();
        reading.AsTask().Exception!.InnerException.ShouldBeOfType<ArrowFormatException>();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    private static byte[] Stream()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(output, Batch(1).Schema);
        writer.WriteRecordBatch(Batch(1));
        writer.WriteRecordBatch(Batch(2));
        writer.WriteEnd();
        return output.WrittenSpan.ToArray();
    }

    // A dictionary of its own in each batch: what stands before a batch belongs to it.
    private static RecordBatch Batch(int number)
    {
        var type = new DictionaryType(Int32Type.Default, StringType.Default);
        ArrayData indices = Int32Array.From([1, 0]).Data;
        var words = new DictionaryArray(new ArrayData(type, 2, 0, 0, [.. indices.Buffers], null, StringArray.From($"a{number}", $"b{number}").Data));
        return new RecordBatch(new Schema([new Field("n", Int64Type.Default, true), new Field("w", type, true)]), [Int64Array.From([number, -number]), words], 2);
    }

    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}

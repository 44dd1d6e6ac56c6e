using System.Buffers;
using Strata.Arrow.Tests.Support;

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
    public void A_dictionary_is_read_once_however_many_batches_come_behind_it()
    {
        // Each with its dictionary, which the next one replaces: reading all that came again for each batch would allocate a hundred times the stream.
        const int batches = 200;
        byte[] stream = Stream([.. Enumerable.Repeat(Batch(1, words: 1_000), batches)]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        int read = 0;
        ValueTask reading = ReadAsync();
        reading.IsCompletedSuccessfully.ShouldBeTrue("what lies in memory is read on the thread whose allocations are counted");

        read.ShouldBe(batches);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8L * stream.Length);

        async ValueTask ReadAsync()
        {
            await foreach (RecordBatch batch in new ArrowBatchStream(new MemoryStream(stream)).ReadBatchesAsync(TestContext.Current.CancellationToken))
                read++;
        }
    }

    [Fact]
    public async Task Dictionaries_that_grow_and_are_replaced_are_those_that_stood_before_their_batch()
    {
        foreach (string name in new[] { "dictionary_deltas", "dictionaries_replaced", "legacy_framing" })
        {
            await ShouldBeAsInMemoryAsync(await File.ReadAllBytesAsync(Path.Combine(TestFiles.PyArrowGolden(), $"{name}.arrow"), TestContext.Current.CancellationToken), name);
        }
    }

    [Fact]
    public async Task Messages_without_continuation_marker_are_read()
    {
        byte[] stream = Legacy(Stream());
        await ShouldBeAsInMemoryAsync(stream, "legacy framing");
        (await new ArrowBatchStream(new Pieces(stream, 3)).ReadBatchesAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)).ShouldBe(2);
    }

    [Fact]
    public async Task An_Arrow_file_is_told_as_one() =>
        (await Should.ThrowAsync<ArrowFormatException>(async () => await new ArrowBatchStream(new MemoryStream("ARROW1\0\0"u8.ToArray())).ReadSchemaAsync(TestContext.Current.CancellationToken)))
            .Found.ShouldContain("an Arrow file");

    private static async Task ShouldBeAsInMemoryAsync(byte[] stream, string what)
    {
        IReadOnlyList<RecordBatch> expected = new ArrowStreamReader(stream).ReadAll();
        List<RecordBatch> read = await new ArrowBatchStream(new MemoryStream(stream)).ReadBatchesAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        read.Count.ShouldBe(expected.Count, what);
        read.Zip(expected).ShouldAllBe(pair => ArrayEquality.ValuesEqual(pair.First, pair.Second), what);
    }

    // As before Arrow 0.15: a message begins with the length of its metadata, and the end marker is a length of zero.
    private static byte[] Legacy(byte[] stream)
    {
        var legacy = new List<byte>();
        for (int at = 0; at < stream.Length;)
        {
            int metadata = BitConverter.ToInt32(stream, at + 4);
            int next = at + 8 + metadata;
            legacy.AddRange(stream[(at + 4)..next]);
            int body = metadata == 0 ? 0 : (int)FlatBuffers.FlatBufferTable.Root(stream.AsSpan(at + 8, metadata), 0, new FlatBuffers.FlatBufferBudget(metadata)).Int64(Ipc.MessageSlots.BodyLength);
            legacy.AddRange(stream[next..(next + body)]);
            at = next + body;
        }

        return [.. legacy];
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

    private static byte[] Stream() => Stream(Batch(1), Batch(2));

    private static byte[] Stream(params RecordBatch[] batches)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(output, batches[0].Schema);
        foreach (RecordBatch batch in batches)
            writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        return output.WrittenSpan.ToArray();
    }

    // A dictionary of its own in each batch: what stands before a batch belongs to it.
    private static RecordBatch Batch(int number, int words = 2)
    {
        var type = new DictionaryType(Int32Type.Default, StringType.Default);
        ArrayData indices = Int32Array.From([1, 0]).Data;
        var column = new DictionaryArray(new ArrayData(type, 2, 0, 0, [.. indices.Buffers], null, StringArray.From([.. Enumerable.Range(0, words).Select(k => $"{(char)('a' + (k % 26))}{number}")]).Data));
        return new RecordBatch(new Schema([new Field("n", Int64Type.Default, true), new Field("w", type, true)]), [Int64Array.From([number, -number]), column], 2);
    }

    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}

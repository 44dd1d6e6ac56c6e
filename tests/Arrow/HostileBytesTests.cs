using Strata.Arrow.Ipc;
using Strata.Arrow.Tests.Support;

namespace Strata.Arrow.Tests;

/// <summary>Broken streams end in an ArrowFormatException or in arrays that can be read to their last value; nothing else ever comes out.</summary>
public class HostileBytesTests
{
    public static TheoryData<string> Types => [.. Samples.EveryType().Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_cut_is_an_error_or_a_whole_batch(string type)
    {
        byte[] stream = Stream(type);
        for (int length = 0; length < stream.Length; length++)
            ReadToTheLastValue(stream.AsMemory(0, length));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_flipped_byte_is_an_error_or_readable_values(string type)
    {
        byte[] stream = Stream(type);
        int refused = 0;
        for (int at = 0; at < stream.Length; at++)
        {
            foreach (byte mask in (ReadOnlySpan<byte>)[0x01, 0x08, 0x80, 0xFF])
            {
                stream[at] ^= mask;
                refused += ReadToTheLastValue(stream) ? 0 : 1;
                stream[at] ^= mask;
            }
        }

        refused.ShouldBeGreaterThan(50, "a reader that refuses nothing checks nothing");
    }

    [Theory]
    [InlineData((byte)0x00)]
    [InlineData((byte)0x7F)]
    [InlineData((byte)0x80)]
    [InlineData((byte)0xFF)]
    public void Every_byte_replaced_by_an_extreme_is_an_error_or_readable_values(byte extreme)
    {
        byte[] stream = Samples.Batch([.. Samples.EveryType()]).ToIpcStream();
        for (int at = 0; at < stream.Length; at++)
        {
            byte before = stream[at];
            stream[at] = extreme;
            ReadToTheLastValue(stream);
            stream[at] = before;
        }
    }

    [Fact]
    public void Random_words_in_random_places_are_an_error_or_readable_values()
    {
        byte[] stream = Samples.Batch([.. Samples.EveryType()]).ToIpcStream();
        var random = new Random(20_251_123);
        int[] words = [0, 1, -1, 4, 8, 64, int.MaxValue, int.MinValue, 0x7FFF0000, stream.Length];
        for (int round = 0; round < 5_000; round++)
        {
            byte[] broken = [.. stream];
            for (int k = random.Next(1, 4); k > 0; k--)
                BitConverter.TryWriteBytes(broken.AsSpan(4 * random.Next(broken.Length / 4)), words[random.Next(words.Length)]);
            ReadToTheLastValue(broken);
        }
    }

    [Fact]
    public void Ordinary_mistakes_are_named()
    {
        Message([]).ShouldBe("Arrow data at byte 0: expected a schema message, found the end of the stream");
        Message("ARROW1\0\0........"u8.ToArray()).ShouldContain("an Arrow file (magic ARROW1)");
        Message("hello, this is text"u8.ToArray()).ShouldContain("metadata bytes (what is left)");
        byte[] stream = Stream("int64");
        Message(stream[..^100]).ShouldContain("what is left");
    }

    [Fact]
    public void What_is_not_supported_is_refused_by_name()
    {
        Message(HandMade.Schema(endianness: 1, MetadataVersion.V5, MessageHeader.Schema)).ShouldContain("expected little-endian data, found big-endian data, which is not supported");
        Message(HandMade.Schema(endianness: 0, version: 2, MessageHeader.Schema)).ShouldContain("expected metadata version V4 or V5, found V3");
        Message(HandMade.Schema(endianness: 0, MetadataVersion.V5, MessageHeader.Tensor)).ShouldContain("expected a message of kind Schema, found kind Tensor");
        Message([.. HandMade.Schema(endianness: 0, MetadataVersion.V5, MessageHeader.Schema), .. HandMade.Schema(endianness: 0, MetadataVersion.V5, MessageHeader.SparseTensor)])
            .ShouldContain("expected a record batch or a dictionary batch, found a message of kind SparseTensor");
    }

    [Fact]
    public void A_shared_string_cannot_swell_a_small_message()
    {
        Schema.FromIpcStream(HandMade.Sharing(5, wholeTables: false)).FieldCount.ShouldBe(5);
        Should.Throw<ArrowFormatException>(() => Schema.FromIpcStream(HandMade.Sharing(1_000, wholeTables: false))).Expected.ShouldContain("bytes of text in this message");
    }

    [Fact]
    public void More_columns_than_the_limit_are_refused_before_they_are_made()
    {
        Schema.FromIpcStream(HandMade.Sharing(100, wholeTables: true)).FieldCount.ShouldBe(100);
        Should.Throw<ArrowFormatException>(() => Schema.FromIpcStream(HandMade.Sharing(120_000, wholeTables: true))).Expected.ShouldBe("at most 100000 columns");
    }

    [Fact]
    public void Types_nested_deeper_than_the_limit_are_refused()
    {
        // Lists around a number: 64 levels, as Arrow's own libraries have at most.
        Schema.FromIpcStream(Nested(63).ToIpcStream()).ShouldBe(Nested(63));
        Should.Throw<ArrowFormatException>(() => Schema.FromIpcStream(Nested(64).ToIpcStream())).Expected.ShouldBe("types nested at most 64 deep");
        Should.Throw<ArrowFormatException>(() => Schema.FromIpcStream(Nested(200).ToIpcStream())).Expected.ShouldContain("nested at most");

        static Schema Nested(int depth) =>
            new([new Field("v", Enumerable.Range(0, depth).Aggregate((ArrowType)Int8Type.Default, (t, _) => new ListType(t)), true)]);
    }

    [Fact]
    public void Rows_that_take_no_bytes_are_bounded()
    {
        RecordBatch.FromIpcStream(Samples.Batch(("v", new NullArray(ArrowLimits.MaxRowsWithoutBytes))).ToIpcStream()).Length.ShouldBe(ArrowLimits.MaxRowsWithoutBytes);
        byte[] stream = Samples.Batch(("v", new NullArray(ArrowLimits.MaxRowsWithoutBytes + 1))).ToIpcStream();
        Message(stream).ShouldContain("in column 'v' at most 16777216 values that take no bytes, found 16777217");
    }

    [Fact]
    public void A_null_count_that_the_bits_do_not_confirm_is_refused()
    {
        byte[] stream = Samples.Batch(("v", Int64Array.FromNullable([1, null, 3]))).ToIpcStream();
        int validity = stream.AsSpan().LastIndexOf((byte)0b101);
        stream[validity] = 0b001;
        Message(stream).ShouldContain("in column 'v' 1 nulls, as the field node says, found 2 in the validity bits");
    }

    [Fact]
    public void Deltas_of_a_dictionary_copy_no_more_than_their_bound()
    {
        const int longValue = 4 << 20;
        DictionaryArray words = new(new ArrayData(
            new DictionaryType(Int8Type.Default, StringType.Default), 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<sbyte>([0])], null, StringArray.From(new string('x', longValue)).Data));
        byte[] stream = Samples.Batch(("w", words)).ToIpcStream();
        byte[] head = stream[..(stream.Length - HandMade.LastMessageBytes(stream))];
        byte[] delta = HandMade.Delta(StringArray.From(""));
        byte[] few = [.. head, .. Repeat(delta, 10), .. stream[head.Length..]];
        ((DictionaryArray)RecordBatch.FromIpcStream(few).Column(0)).Dictionary.Length.ShouldBe(11);
        Message([.. head, .. Repeat(delta, 200), .. stream[head.Length..]]).ShouldContain($"delta dictionaries that copy at most {ArrowLimits.MaxDictionaryDeltaBytes} bytes");

        static IEnumerable<byte> Repeat(byte[] bytes, int times) => Enumerable.Repeat(bytes, times).SelectMany(b => b);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        byte[] stream = Samples.Batch(("v", StringArray.From("größe"))).ToIpcStream();
        stream[stream.AsSpan().IndexOf("größe"u8) + 3] = (byte)'x';
        Message(stream).ShouldContain("text in UTF-8");
    }

    [Fact]
    public void Buffers_that_lie_at_one_place_are_bounded()
    {
        const int columns = 8;
        const int longText = 1_234_567;
        var batch = Samples.Batch([.. Enumerable.Range(0, columns).Select(k => ($"c{k}", (IArrowArray)StringArray.From(new string('x', k == 0 ? longText : 1))))]);
        byte[] stream = batch.ToIpcStream();

        RecordBatch.FromIpcStream(Sharing(3)).ColumnCount.ShouldBe(columns, "three columns more with one text");
        Message(Sharing(columns - 1)).ShouldContain("bytes of buffers in a body of");

        // Each column has a validity, offsets and bytes, of 16 bytes of metadata each: those of some others become those of the first.
        byte[] Sharing(int others)
        {
            byte[] shared = [.. stream];
            int bytes = shared.AsSpan().IndexOf(BitConverter.GetBytes((long)longText)) - sizeof(long);
            for (int k = 1; k <= others; k++)
                shared.AsSpan(bytes - 16, 32).CopyTo(shared.AsSpan(bytes - 16 + (48 * k)));
            return shared;
        }
    }

    [Fact]
    public void Arrays_that_say_more_than_anyone_can_compare_are_refused()
    {
        IArrowArray values = Int8Array.From([0]);
        for (int depth = 0; depth < 30; depth++)
        {
            var entries = new DictionaryArray(new ArrayData(new DictionaryType(Int8Type.Default, values.DataType), 2, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<sbyte>([0, 0])], null, values.Data));
            values = new ListArray(new ArrayData(new ListType(entries.DataType), 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 2])], [entries.Data]));
        }

        Should.Throw<ArrowFormatException>(() => ArrayEquality.ValuesEqual(values, values, new ValueBudget())).Expected.ShouldContain(nameof(ArrowLimits.FreeVisits));
        ArrayEquality.ValuesEqual(StringArray.From("a", "b"), StringArray.From("a", "b"), new ValueBudget()).ShouldBeTrue();
    }

    [Fact]
    public void Views_begin_and_end_between_characters()
    {
        byte[] text = "ähnlich größer als alles"u8.ToArray();
        Views(text, (0, text.Length), (2, 20)).ShouldBeNull();
        Views(text, (1, 20)).ShouldNotBeNull().Found.ShouldBe("a part of a character");
        Views([.. text, .. text], (0, text.Length + 1)).ShouldNotBeNull().Found.ShouldBe("a part of a character");
    }

    [Fact]
    public void Views_of_text_between_other_bytes_are_read_and_refused_where_they_lie_over_one_another_without_end()
    {
        byte[] mixed = [0xFF, .. new string('x', 10_000).Select(x => (byte)x), 0xFF];
        Views(mixed, (1, 10_000), (2, 9_000)).ShouldBeNull();
        Views(mixed, (1, 10_001)).ShouldNotBeNull().Found.ShouldBe("other bytes");
        Views(mixed, [.. Enumerable.Repeat((1, 10_000), 1_000)]).ShouldNotBeNull().Found.ShouldContain("lie over one another");
    }

    private static (string Expected, string Found)? Views(byte[] bytes, params (int Start, int Length)[] views)
    {
        int[] words = [.. views.SelectMany(view => new[] { view.Length, BitConverter.ToInt32(bytes, view.Start), 0, view.Start })];
        return ArrayValidator.FindFault(new ArrayData(StringViewType.Default, views.Length, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>(words), new ArrowBuffer(bytes)]));
    }

    private static byte[] Stream(string type) => Samples.Batch(("v", Samples.EveryType().Single(t => t.Name == type).Array)).ToIpcStream();

    private static string Message(byte[] stream) => Should.Throw<ArrowFormatException>(() => RecordBatch.FromIpcStream(stream)).Message;

    /// <summary>False when the stream was refused. Comparing a batch with itself reads every value; writing it uses every buffer.</summary>
    internal static bool ReadToTheLastValue(ReadOnlyMemory<byte> stream)
    {
        try
        {
            foreach (RecordBatch batch in new ArrowStreamReader(stream).ReadAll())
            {
                // Arrays without bytes may be long at no cost for the sender; comparing them value by value would only take time.
                if (batch.Length < 100_000)
                    ArrayEquality.ValuesEqual(batch, batch).ShouldBeTrue();
                if (batch.Length < 100)
                    HalvesJoined(batch);
                ArrowStreamWriter.MeasureStream(batch).ShouldBeGreaterThan(0);
                _ = batch.Schema.ToString();
            }

            return true;
        }
        catch (ArrowFormatException)
        {
            return false;
        }
    }

    private static void HalvesJoined(RecordBatch batch)
    {
        int half = batch.Length / 2;
        foreach (IArrowArray column in batch.Arrays)
        {
            IArrowArray joined = ArrayConcatenator.Concatenate([column.Slice(0, half), column.Slice(half, batch.Length - half)]);
            ArrayEquality.ValuesEqual(joined, column).ShouldBeTrue();
        }
    }
}

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
    public void A_null_count_that_the_bits_do_not_confirm_is_refused()
    {
        byte[] stream = Samples.Batch(("v", Int64Array.FromNullable([1, null, 3]))).ToIpcStream();
        int validity = stream.AsSpan().LastIndexOf((byte)0b101);
        stream[validity] = 0b001;
        Message(stream).ShouldContain("in column 'v' 1 nulls, as the field node says, found 2 in the validity bits");
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        byte[] stream = Samples.Batch(("v", StringArray.From("größe"))).ToIpcStream();
        stream[stream.AsSpan().IndexOf("größe"u8) + 3] = (byte)'x';
        Message(stream).ShouldContain("text in UTF-8");
    }

    private static byte[] Stream(string type) => Samples.Batch(("v", Samples.EveryType().Single(t => t.Name == type).Array)).ToIpcStream();

    private static string Message(byte[] stream) => Should.Throw<ArrowFormatException>(() => RecordBatch.FromIpcStream(stream)).Message;

    /// <summary>False when the stream was refused. Comparing a batch with itself reads every value; writing it uses every buffer.</summary>
    private static bool ReadToTheLastValue(ReadOnlyMemory<byte> stream)
    {
        try
        {
            foreach (RecordBatch batch in new ArrowStreamReader(stream).ReadAll())
            {
                // Arrays without bytes may be long at no cost for the sender; comparing them value by value would only take time.
                if (batch.Length < 100_000)
                    ArrayEquality.ValuesEqual(batch, batch).ShouldBeTrue();
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
}

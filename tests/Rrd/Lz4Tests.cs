using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Strata.Rrd.Tests;

public class Lz4Tests
{
    [Theory]
    [InlineData("204323", "C#")]
    [InlineData("1F61010007506161616161", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void The_specifications_blocks_are_decoded(string block, string text)
    {
        var output = new byte[text.Length];
        Lz4BlockDecoder.Decode(Convert.FromHexString(block), output).ShouldBe(text.Length);
        Encoding.UTF8.GetString(output).ShouldBe(text);
    }

    [Theory]
    [InlineData("", "no token")]
    [InlineData("F0", "length without end")]
    [InlineData("2043", "literals beyond the input")]
    [InlineData("104300", "half an offset")]
    [InlineData("1043000010", "offset 0")]
    [InlineData("1043020000", "offset before the start")]
    [InlineData("1F43010040", "match beyond the output")]
    [InlineData("F0FFFFFFFFFFFFFFFF", "a length that never ends")]
    public void A_malformed_block_is_refused(string block, string why) =>
        Should.Throw<RrdFormatException>(() => Lz4BlockDecoder.Decode(Convert.FromHexString(block), new byte[64]), why);

    [Fact]
    public void The_encoder_keeps_the_end_rules_of_the_format()
    {
        var block = new byte[Lz4BlockEncoder.MaxEncodedLength(1000)];
        var length = Lz4BlockEncoder.Encode(new byte[1000], block);
        length.ShouldBeLessThan(20);
        (block[length - 6] >> 4).ShouldBe(5, "the last five bytes are literals");
        Lz4BlockEncoder.Encode(new byte[12], block).ShouldBe(13, "an input below 13 bytes is literals only");
    }

    [Fact]
    public void Everything_survives_encoding_and_decoding() => Prop.ForAll<int, byte[], byte[]>((seed, pattern, noise) =>
    {
        var random = new Random(seed);
        var input = new List<byte>();
        for (var i = 0; i < 40; i++)
        {
            switch (random.Next(4))
            {
                case 0:
                    input.AddRange(Enumerable.Repeat((byte)random.Next(256), random.Next(600)));
                    break;
                case 1:
                    input.AddRange(noise);
                    break;
                case 2:
                    input.AddRange(pattern.Concat(pattern).Concat(pattern));
                    break;
                default:
                    input.AddRange(input.Skip(random.Next(input.Count + 1)).Take(random.Next(70000)).ToList());
                    break;
            }
        }
        return RoundTrips([.. input.Take(200_000)]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Matches_at_every_short_offset_survive()
    {
        for (var period = 1; period <= 40; period++)
        {
            for (var length = 0; length < 200; length += 3)
            {
                RoundTrips([.. Enumerable.Range(0, length).Select(i => (byte)(i % period * 7))]).ShouldBeTrue($"period {period}, length {length}");
            }
        }
    }

    private static bool RoundTrips(byte[] input)
    {
        var block = new byte[Lz4BlockEncoder.MaxEncodedLength(input.Length)];
        var length = Lz4BlockEncoder.Encode(input, block);
        var output = new byte[input.Length];
        return Lz4BlockDecoder.Decode(block.AsSpan(0, length), output) == input.Length && output.AsSpan().SequenceEqual(input)
            && Lz4Parts.Decode(block[..length], 1 + (length % 97), input.Length).AsSpan().SequenceEqual(input);
    }
}

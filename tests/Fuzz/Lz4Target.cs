using Strata.Rrd;
using Strata.Rrd.Tests;

namespace Strata.Fuzz.Tests;

/// <summary>LZ4 blocks, against a second decoder that goes byte by byte: both refuse, or both give the same bytes.</summary>
internal sealed class Lz4Target : FuzzTarget
{
    /// <summary>Room for what is decoded; the same for every input, so that matches run against its end.</summary>
    private const int Room = 4_096;

    public override string Name => "lz4";

    public override IReadOnlyList<byte[]> Seeds() => [.. Corpus.ArrowStreams().Take(10).Select(stream => Encode(stream.AsSpan(0, Math.Min(stream.Length, Room)))), Encode(new byte[Room]), [0x20, 0x43, 0x23]];

    public override byte[] Mutate(byte[] input, Mutator mutator) => mutator.Mutate(input);

    public override Task<string> RunAsync(byte[] input)
    {
        var expected = PlainLz4.Decode(input, Room);
        var output = new byte[Room];
        try
        {
            var length = Lz4BlockDecoder.Decode(input, output);
            expected.ShouldNotBeNull("malformed to a decoder that goes byte by byte");
            output.AsSpan(0, length).SequenceEqual(expected).ShouldBeTrue("the bytes of a decoder that goes byte by byte");
            Lz4Parts.Decode(input, PartOf(input), Room).SequenceEqual(expected).ShouldBeTrue("the same part by part");
            return Task.FromResult($"{length / 64}");
        }
        catch (RrdFormatException e)
        {
            expected.ShouldBeNull($"refused: {e.Message}");
            Should.Throw<RrdFormatException>(() => Lz4Parts.Decode(input, PartOf(input), Room));
            return Task.FromResult(Words.Of(e.Expected));
        }
    }

    private static int PartOf(byte[] input) => 1 + (input.Length * 7 % 64);

    private static byte[] Encode(ReadOnlySpan<byte> bytes)
    {
        var block = new byte[Lz4BlockEncoder.MaxEncodedLength(bytes.Length)];
        return block[..Lz4BlockEncoder.Encode(bytes, block)];
    }
}

/// <summary>The format in the plainest words. Source: rrd-format §3.2.</summary>
internal static class PlainLz4
{
    /// <summary>The decoded bytes, or null when the block is malformed or longer than <paramref name="room"/>.</summary>
    public static byte[]? Decode(byte[] block, int room)
    {
        var output = new List<byte>();
        var at = 0;
        while (at < block.Length)
        {
            var token = block[at++];
            if (Length(block, ref at, token >> 4) is not { } literals || literals > block.Length - at || output.Count + literals > room)
            {
                return null;
            }
            output.AddRange(block.AsSpan(at, (int)literals).ToArray());
            at += (int)literals;
            if (at == block.Length)
            {
                return [.. output];
            }
            if (at + 2 > block.Length)
            {
                return null;
            }
            var offset = block[at] | (block[at + 1] << 8);
            at += 2;
            if (Length(block, ref at, token & 15) is not { } match || offset == 0 || offset > output.Count || output.Count + match + 4 > room)
            {
                return null;
            }
            for (var k = 0; k < match + 4; k++)
            {
                output.Add(output[^offset]);
            }
        }
        return null;
    }

    private static long? Length(byte[] block, ref int at, int nibble)
    {
        long length = nibble;
        for (var more = nibble == 15; more;)
        {
            if (at >= block.Length)
            {
                return null;
            }
            length += block[at];
            more = block[at++] == byte.MaxValue;
        }
        return length;
    }
}

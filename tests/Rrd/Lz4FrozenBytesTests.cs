using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Strata.Rrd.Tests;

/// <summary>The encoder may become faster, but what it writes is part of writer profile 1: derived files have addresses made of their bytes.</summary>
public class Lz4FrozenBytesTests
{
    private const string Digest = "4752f53bb3ae779b413d17d5cdee413fea2f03d2c92c866fb7db2dc847a04d64";

    private static readonly int[] Lengths = [0, 1, 5, 11, 12, 13, 14, 15, 16, 17, 20, 31, 64, 255, 270, 1_000, 4_097, 65_535, 65_600, 300_000];

    private static readonly Func<int, byte>[] Shapes = [Zero, Times, RowIds, Offsets, Letters, Noise, NoiseThatRepeats, LongLiterals];

    [Fact]
    public void The_blocks_of_inputs_of_every_shape_and_length_are_those_of_the_first_release()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var length in Lengths)
        {
            foreach (var shape in Shapes)
            {
                var input = Enumerable.Range(0, length).Select(shape).ToArray();
                var block = new byte[Lz4BlockEncoder.MaxEncodedLength(length)];
                digest.AppendData(block.AsSpan(0, Lz4BlockEncoder.Encode(input, block)));
            }
        }
        Convert.ToHexStringLower(digest.GetHashAndReset()).ShouldBe(Digest);
    }

    private static byte Zero(int at) => 0;

    private static byte Times(int at) => Little(1_745_000_000_000_000_000 + (at / sizeof(long) * 66_666_667L), at);

    private static byte RowIds(int at) => at % 16 < 8 ? (byte)(0x1837 >> (at % 8)) : Little(BinaryPrimitives.ReverseEndianness(at / 16 + 77L), at);

    private static byte Offsets(int at) => (byte)((at / 4 * 7) >> (at % 4 * 8));

    private static byte Letters(int at) => (byte)(Mixed(at) % 3);

    private static byte Noise(int at) => (byte)Mixed(at);

    private static byte NoiseThatRepeats(int at) => (byte)Mixed(at % 700 + at / 5_000);

    // Runs of four to thirty equal bytes between literals of up to 300.
    private static byte LongLiterals(int at) => at % 311 < 4 + (at / 311 % 27) ? (byte)7 : (byte)Mixed(at);

    private static byte Little(long value, int at) => (byte)(value >> (at % sizeof(long) * 8));

    private static uint Mixed(int at)
    {
        var value = (uint)at * 2_654_435_761;
        value ^= value >> 15;
        value *= 2_246_822_519;
        return value ^ (value >> 13);
    }
}

using BenchmarkDotNet.Attributes;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>Raw LZ4 blocks of 8 MB: joint positions (barely compressible) and times with row ids (highly compressible).</summary>
[MemoryDiagnoser]
public class Lz4Benchmarks
{
    private const int BlockBytes = 8 << 20;

    private static readonly byte[] Joints = Doubles();
    private static readonly byte[] Times = Longs();
    private static readonly byte[] JointsBlock = Encode(Joints);
    private static readonly byte[] TimesBlock = Encode(Times);
    private readonly byte[] _output = new byte[Lz4BlockEncoder.MaxEncodedLength(BlockBytes)];

    public static double Gigabytes => BlockBytes / 1e9;

    [Benchmark]
    [Work(nameof(Gigabytes), "GB")]
    public int Decode_joints() => Lz4BlockDecoder.Decode(JointsBlock, _output);

    [Benchmark]
    [Work(nameof(Gigabytes), "GB")]
    public int Decode_times() => Lz4BlockDecoder.Decode(TimesBlock, _output);

    [Benchmark]
    [Work(nameof(Gigabytes), "GB")]
    public int Encode_joints() => Lz4BlockEncoder.Encode(Joints, _output);

    [Benchmark]
    [Work(nameof(Gigabytes), "GB")]
    public int Encode_times() => Lz4BlockEncoder.Encode(Times, _output);

    private static byte[] Encode(byte[] plain)
    {
        var block = new byte[Lz4BlockEncoder.MaxEncodedLength(plain.Length)];
        return block[..Lz4BlockEncoder.Encode(plain, block)];
    }

    private static byte[] Doubles()
    {
        var random = new Random(7);
        var values = new double[BlockBytes / sizeof(double)];
        var position = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = position += (random.NextDouble() - 0.5) * 0.02;
        }

        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static byte[] Longs()
    {
        var values = new long[BlockBytes / sizeof(long)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 1_745_000_000_000_000_000 + (i * 66_666_667L);
        }

        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}

using System.Buffers.Binary;

namespace Strata.Fuzz.Tests;

/// <summary>Changes bytes at random, from a seed: the same seed makes the same changes on every machine.</summary>
/// <param name="seed">Of this one input.</param>
/// <param name="others">Inputs of which parts are taken.</param>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> others)
{
    /// <summary>Inputs do not grow beyond this: small ones find as much, in less time.</summary>
    private const int MaxBytes = 64 * 1024;

    private const int MostChanges = 6;

    private static readonly long[] Extremes =
        [0, 1, -1, 2, 3, 4, 7, 8, 16, 63, 64, 127, 128, 255, 256, 65_535, 65_536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, 0x7FFF_0000];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    /// <summary>A few changes, one after another.</summary>
    public byte[] Mutate(byte[] input)
    {
        var bytes = new List<byte>(input);
        for (var changes = 1 + _random.Next(MostChanges); changes > 0; changes--)
        {
            Change(bytes);
        }
        return [.. bytes.Take(MaxBytes)];
    }

    private void Change(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        if (at == bytes.Count)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }
        switch (_random.Next(10))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 3 or 4:
                Overwrite(bytes, at, Extremes[_random.Next(Extremes.Length)], 1 << _random.Next(4));
                break;
            case 5:
                Overwrite(bytes, at, _random.Next(-16, 16) + Read(bytes, at), 1 << _random.Next(4));
                break;
            case 6:
                bytes.RemoveRange(at, Math.Min(Run(), bytes.Count - at));
                break;
            case 7:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, Math.Min(Run(), bytes.Count - at)));
                break;
            case 8:
                Splice(bytes, at);
                break;
            default:
                bytes.InsertRange(at, Enumerable.Repeat((byte)_random.Next(256), Run()));
                break;
        }
    }

    // Short runs mostly; long ones now and then.
    private int Run() => 1 + _random.Next(1 << _random.Next(1, 11));

    private void Splice(List<byte> bytes, int at)
    {
        var other = others[_random.Next(others.Count)];
        if (other.Length == 0)
        {
            return;
        }
        var from = _random.Next(other.Length);
        var length = Math.Min(Run(), other.Length - from);
        if (_random.Next(2) == 0)
        {
            bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
        }
        bytes.InsertRange(at, other.AsSpan(from, length).ToArray());
    }

    private static int Read(List<byte> bytes, int at)
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        for (var k = 0; k < sizeof(int) && at + k < bytes.Count; k++)
        {
            word[k] = bytes[at + k];
        }
        return BinaryPrimitives.ReadInt32LittleEndian(word);
    }

    private static void Overwrite(List<byte> bytes, int at, long value, int width)
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(word, value);
        for (var k = 0; k < width && at + k < bytes.Count; k++)
        {
            bytes[at + k] = word[k];
        }
    }
}

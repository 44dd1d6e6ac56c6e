using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Strata.Arrow;

/// <summary>Gathers what a hash is fed with: a call of it for each number would take longer than the hash itself.</summary>
/// <param name="hash">Is fed.</param>
/// <param name="budget">Pays for what is added many at once.</param>
internal sealed class HashInput(IncrementalHash hash, ValueBudget budget) : IDisposable
{
    private readonly byte[] _bytes = new byte[1024];
    private int _count;

    public void Add(byte value)
    {
        Room(1);
        _bytes[_count++] = value;
    }

    public void Add(int number)
    {
        Room(sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_count), number);
        _count += sizeof(int);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        if (bytes.Length > _bytes.Length)
        {
            hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        budget.SpendBytes(bytes.Length);
        Add(bytes);
    }

    /// <summary>As many bits from bit <paramref name="at"/> on.</summary>
    public void Bits(ReadOnlySpan<byte> bits, int at, int length)
    {
        const int atOnce = 4096;
        Span<byte> copy = stackalloc byte[atOnce / 8];
        budget.SpendBytes(length / 8);
        for (int from = 0; from < length; from += atOnce)
        {
            int count = Math.Min(atOnce, length - from);
            Bitmap.Copy(bits, at + from, count, copy);
            Add(copy[..Bitmap.ByteCount(count)]);
        }
    }

    /// <summary>The length of each of the values between these ends. Answers the ends, one more than there are values.</summary>
    public ReadOnlySpan<T> Lengths<T>(ArrowBuffer buffer, int at, int length)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> ends = buffer.As<T>().Slice(at, length + 1);
        budget.SpendBytes((long)length * sizeof(int));
        for (int k = 1; k < ends.Length; k++)
            Add(int.CreateChecked(ends[k] - ends[k - 1]));
        return ends;
    }

    public void Flush()
    {
        hash.AppendData(_bytes, 0, _count);
        _count = 0;
    }

    /// <summary>The hash of all that was added; the next one starts empty.</summary>
    public byte[] Finish()
    {
        Flush();
        return hash.GetHashAndReset();
    }

    public void Dispose() => hash.Dispose();

    private void Room(int bytes)
    {
        if (_count + bytes > _bytes.Length)
            Flush();
    }
}

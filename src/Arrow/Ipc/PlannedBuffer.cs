using System.Runtime.InteropServices;

namespace Strata.Arrow.Ipc;

/// <summary>One buffer of a body and how its bytes come about.</summary>
internal readonly struct PlannedBuffer
{
    private enum Making
    {
        Raw,
        Ones,
        Bits,
        Offsets32,
        Offsets64,
    }

    private readonly Making _making;
    private readonly ArrowBuffer _source;
    private readonly int _start;
    private readonly int _count;

    private PlannedBuffer(Making making, ArrowBuffer source, int start, int count, long bytes)
    {
        _making = making;
        _source = source;
        _start = start;
        _count = count;
        Bytes = bytes;
    }

    /// <summary>Without padding.</summary>
    public long Bytes { get; }

    /// <summary>The first offset before it is moved to 0.</summary>
    public long First { get; private init; }

    public long Last { get; private init; }

    public static PlannedBuffer Raw(ArrowBuffer source) => new(Making.Raw, source, 0, 0, source.Length);

    public static PlannedBuffer Ones(int bits) => new(Making.Ones, default, 0, bits, Bitmap.ByteCount(bits));

    public static PlannedBuffer Bits(ArrowBuffer source, int start, int count) => new(Making.Bits, source, start, count, Bitmap.ByteCount(count));

    public static PlannedBuffer Offsets32(ArrowBuffer source, int start, int length)
    {
        ReadOnlySpan<int> offsets = source.As<int>();
        return new(Making.Offsets32, source, start, length + 1, 4L * (length + 1)) { First = offsets[start], Last = offsets[start + length] };
    }

    public static PlannedBuffer Offsets64(ArrowBuffer source, int start, int length)
    {
        ReadOnlySpan<long> offsets = source.As<long>();
        return new(Making.Offsets64, source, start, length + 1, 8L * (length + 1)) { First = offsets[start], Last = offsets[start + length] };
    }

    /// <param name="target">Exactly <see cref="Bytes"/> bytes.</param>
    public void WriteTo(Span<byte> target)
    {
        switch (_making)
        {
            case Making.Raw:
                _source.Span.CopyTo(target);
                break;
            case Making.Ones:
                target.Fill(0xFF);
                break;
            case Making.Bits:
                Bitmap.Copy(_source.Span, _start, _count, target);
                break;
            case Making.Offsets32:
                Rebase(_source.As<int>().Slice(_start, _count), (int)First, MemoryMarshal.Cast<byte, int>(target));
                break;
            case Making.Offsets64:
                Rebase(_source.As<long>().Slice(_start, _count), First, MemoryMarshal.Cast<byte, long>(target));
                break;
        }
    }

    private static void Rebase<T>(ReadOnlySpan<T> offsets, T first, Span<T> target)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        if (T.IsZero(first))
        {
            offsets.CopyTo(target);
            return;
        }

        for (int k = 0; k < offsets.Length; k++)
            target[k] = offsets[k] - first;
    }
}

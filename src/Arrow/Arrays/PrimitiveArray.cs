using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>Fixed-width values of T. What stands in the place of a null is unspecified.</summary>
public abstract class PrimitiveArray<T> : ArrowArray
    where T : unmanaged
{
    private readonly ArrowBuffer _values;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    protected PrimitiveArray(ArrayData data)
        : base(data) => _values = data.Buffers[1];

    /// <summary>The values of this slice, nulls included.</summary>
    public ReadOnlySpan<T> Values => _values.As<T>().Slice(Offset, Length);

    /// <summary>The values of the whole buffer, also those outside this slice.</summary>
    public ArrowBuffer ValueBuffer => _values;

    /// <summary>The value, or null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the array.</exception>
    public T? GetValue(int index) => IsValid(index) ? Values[index] : null;
}

internal static class PrimitiveData
{
    public static ArrayData Of<T>(ArrowType type, ReadOnlySpan<T> values)
        where T : unmanaged => new(type, values.Length, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of(values)]);

    public static ArrayData Of<T>(ArrowType type, ReadOnlySpan<T> values, ReadOnlySpan<bool> isValid)
        where T : unmanaged
    {
        (ArrowBuffer validity, int nulls) = ValidityOf(isValid, values.Length);
        return new ArrayData(type, values.Length, nulls, 0, [validity, ArrowBuffer.Of(values)]);
    }

    public static ArrayData Of<T>(ArrowType type, ReadOnlySpan<T?> values)
        where T : unmanaged
    {
        var bytes = new byte[values.Length * Marshal.SizeOf<T>()];
        Span<T> plain = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        var bits = new byte[Bitmap.ByteCount(values.Length)];
        int nulls = 0;
        for (int k = 0; k < values.Length; k++)
        {
            if (values[k] is { } value)
            {
                plain[k] = value;
                Bitmap.Set(bits, k);
            }
            else
            {
                nulls++;
            }
        }

        return new ArrayData(type, values.Length, nulls, 0, [nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(bits), new ArrowBuffer(bytes)]);
    }

    /// <summary>Values that already lie in memory: nothing is copied.</summary>
    public static ArrayData Wrap(ArrowType type, ArrowBuffer values, ArrowBuffer validity, int length, int nullCount, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, ((long)length + offset) * type.ValueBytes, nameof(values));
        if (nullCount != 0)
            ArgumentOutOfRangeException.ThrowIfLessThan(validity.Length, Bitmap.ByteCount(length + offset), nameof(validity));
        return new ArrayData(type, length, nullCount, offset, [nullCount == 0 ? ArrowBuffer.Empty : validity, values]);
    }

    public static (ArrowBuffer Validity, int Nulls) ValidityOf(ReadOnlySpan<bool> isValid, int length)
    {
        if (isValid.IsEmpty && length > 0)
            return (ArrowBuffer.Empty, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(isValid.Length, length, nameof(isValid));
        int nulls = isValid.Count(false);
        return nulls == 0 ? (ArrowBuffer.Empty, 0) : (new ArrowBuffer(Bitmap.Pack(isValid)), nulls);
    }
}

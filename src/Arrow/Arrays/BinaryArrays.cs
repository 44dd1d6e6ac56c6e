using System.Text;

namespace Strata.Arrow;

/// <summary>Arrays whose values are byte strings of any length.</summary>
public interface IByteStringArray : IArrowArray
{
    /// <summary>The bytes of one value; empty for a null.</summary>
    ReadOnlySpan<byte> GetBytes(int index);
}

/// <summary>Byte strings with 32-bit offsets.</summary>
public class BinaryArray : ArrowArray, IByteStringArray
{
    private readonly ArrowBuffer _offsets;
    private readonly ArrowBuffer _values;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public BinaryArray(ArrayData data)
        : base(data)
    {
        if (data.DataType.Layout != ArrowLayout.Binary)
            throw new ArgumentException($"Expected array data of Binary or Utf8, found {data.DataType}.", nameof(data));
        _offsets = data.Buffers[1];
        _values = data.Buffers[2];
    }

    /// <summary>Length + 1 offsets into <see cref="Values"/>; the first need not be 0.</summary>
    public ReadOnlySpan<int> ValueOffsets => _offsets.As<int>().Slice(Offset, Length + 1);

    /// <summary>All bytes, also those outside this slice.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    /// <summary>The values of the whole buffer, also those outside this slice.</summary>
    public ArrowBuffer ValueBuffer => _values;

    /// <inheritdoc/>
    public int GetValueLength(int index) => GetBytes(index).Length;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> GetBytes(int index)
    {
        ReadOnlySpan<int> offsets = ValueOffsets;
        return IsNull(index) ? default : _values.Span[offsets[index]..offsets[index + 1]];
    }

    /// <summary>A null among <paramref name="values"/> becomes a null.</summary>
    public static BinaryArray From(IReadOnlyList<byte[]?> values) => new(ByteStrings.Of(values).ToData(BinaryType.Default));
}

/// <summary>UTF-8 text with 32-bit offsets.</summary>
public sealed class StringArray(ArrayData data) : BinaryArray(Checked(data, ArrowTypeId.String))
{
    /// <summary>The text, or null.</summary>
    public string? GetString(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(GetBytes(index));

    /// <summary>A null among <paramref name="values"/> becomes a null.</summary>
    public static StringArray From(params IReadOnlyList<string?> values) => new(ByteStrings.Of(values).ToData(StringType.Default));
}

/// <summary>Byte strings with 64-bit offsets.</summary>
public class LargeBinaryArray : ArrowArray, IByteStringArray
{
    private readonly ArrowBuffer _offsets;
    private readonly ArrowBuffer _values;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public LargeBinaryArray(ArrayData data)
        : base(data)
    {
        if (data.DataType.Layout != ArrowLayout.LargeBinary)
            throw new ArgumentException($"Expected array data of LargeBinary or LargeUtf8, found {data.DataType}.", nameof(data));
        _offsets = data.Buffers[1];
        _values = data.Buffers[2];
    }

    /// <summary>Length + 1 offsets into <see cref="Values"/>; the first need not be 0.</summary>
    public ReadOnlySpan<long> ValueOffsets => _offsets.As<long>().Slice(Offset, Length + 1);

    /// <summary>All bytes, also those outside this slice.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> GetBytes(int index)
    {
        ReadOnlySpan<long> offsets = ValueOffsets;
        return IsNull(index) ? default : _values.Span[(int)offsets[index]..(int)offsets[index + 1]];
    }

    /// <summary>A null among <paramref name="values"/> becomes a null.</summary>
    public static LargeBinaryArray From(IReadOnlyList<byte[]?> values) => new(ByteStrings.Of(values).ToLargeData(LargeBinaryType.Default));
}

/// <summary>UTF-8 text with 64-bit offsets.</summary>
public sealed class LargeStringArray(ArrayData data) : LargeBinaryArray(Checked(data, ArrowTypeId.LargeString))
{
    /// <inheritdoc/>
    public string? GetString(int index) => IsNull(index) ? null : Encoding.UTF8.GetString(GetBytes(index));

    /// <summary>A null among <paramref name="values"/> becomes a null.</summary>
    public static LargeStringArray From(params IReadOnlyList<string?> values) => new(ByteStrings.Of(values).ToLargeData(LargeStringType.Default));
}

/// <summary>Offsets, bytes and validity of new byte strings, one allocation each.</summary>
internal readonly record struct ByteStrings(int Count, int Nulls, byte[] Validity, byte[] Offsets, byte[] Bytes)
{
    public delegate void Writer(int index, Span<byte> target);

    /// <param name="count">Number of values.</param>
    /// <param name="lengthOf">Bytes of value k, or -1 for a null.</param>
    /// <param name="write">Writes value k into exactly as many bytes.</param>
    public static ByteStrings Of(int count, Func<int, int> lengthOf, Writer write)
    {
        var offsets = new byte[4 * (count + 1)];
        Span<int> ends = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(offsets.AsSpan());
        var validity = new byte[Bitmap.ByteCount(count)];
        int nulls = 0;
        int at = 0;
        for (int k = 0; k < count; k++)
        {
            int length = lengthOf(k);
            if (length < 0)
                nulls++;
            else
                Bitmap.Set(validity, k);
            at = checked(at + Math.Max(length, 0));
            ends[k + 1] = at;
        }

        var bytes = new byte[at];
        for (int k = 0; k < count; k++)
        {
            if (ends[k + 1] > ends[k])
                write(k, bytes.AsSpan(ends[k]..ends[k + 1]));
        }

        return new ByteStrings(count, nulls, validity, offsets, bytes);
    }

    public static ByteStrings Of(IReadOnlyList<byte[]?> values) =>
        Of(values.Count, k => values[k] is { } v ? v.Length : -1, (k, target) => values[k]!.CopyTo(target));

    public static ByteStrings Of(IReadOnlyList<string?> values) =>
        Of(values.Count, k => values[k] is { } v ? Encoding.UTF8.GetByteCount(v) : -1, (k, target) => Encoding.UTF8.GetBytes(values[k], target));

    private ArrowBuffer ValidityOrNone => Nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(Validity);

    public ArrayData ToLargeData(ArrowType type)
    {
        var ends = new long[Count + 1];
        for (int k = 0; k <= Count; k++)
            ends[k] = BitConverter.ToInt32(Offsets, k * sizeof(int));
        return new(type, Count, Nulls, 0, [ValidityOrNone, ArrowBuffer.Of<long>(ends), new ArrowBuffer(Bytes)]);
    }

    /// <summary>Short values in the views themselves, all bytes in one buffer.</summary>
    public ArrayData ToViewData(ArrowType type)
    {
        var views = new byte[Count * BinaryViewArray.ViewBytes];
        for (int k = 0; k < Count; k++)
        {
            int start = BitConverter.ToInt32(Offsets, k * sizeof(int));
            int length = BitConverter.ToInt32(Offsets, (k + 1) * sizeof(int)) - start;
            Span<byte> view = views.AsSpan(k * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes);
            BitConverter.TryWriteBytes(view, length);
            Bytes.AsSpan(start, length <= BinaryViewArray.InlineBytes ? length : sizeof(int)).CopyTo(view[sizeof(int)..]);
            if (length > BinaryViewArray.InlineBytes)
                BitConverter.TryWriteBytes(view[12..], start);
        }

        return new(type, Count, Nulls, 0, [ValidityOrNone, new ArrowBuffer(views), new ArrowBuffer(Bytes)]);
    }

    public ArrayData ToData(ArrowType type) =>
        new(type, Count, Nulls, 0, [ValidityOrNone, new ArrowBuffer(Offsets), new ArrowBuffer(Bytes)]);
}

namespace Strata.Arrow;

/// <summary>
/// The physical form of an array. <c>Buffers[0]</c> is the validity bitmap (empty when there are no nulls) in all layouts that have one; then the buffers of
/// rrd-format §3.4 in order. Null and RunEndEncoded have no buffers; unions start with the type ids. <c>Offset</c> and <c>Length</c> are in values.
/// </summary>
public sealed class ArrayData
{
    private int _nullCount;

    /// <param name="dataType">What the buffers are read as.</param>
    /// <param name="length">Values, without those before <paramref name="offset"/>.</param>
    /// <param name="nullCount">-1: to be counted on first use.</param>
    /// <param name="offset">Values before the first one in each buffer.</param>
    /// <param name="buffers">Kept, not copied, in the order of the layout.</param>
    /// <param name="children">Of nested types, in the order of their fields.</param>
    /// <param name="dictionary">Of a dictionary type.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length or an offset is negative.</exception>
    public ArrayData(ArrowType dataType, int length, int nullCount, int offset, ArrowBuffer[] buffers, ArrayData[]? children = null, ArrayData? dictionary = null)
    {
        ArgumentNullException.ThrowIfNull(dataType);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        DataType = dataType;
        Length = length;
        Offset = offset;
        Buffers = buffers;
        Children = children ?? [];
        Dictionary = dictionary;
        _nullCount = nullCount;
    }

    /// <summary>What the buffers are read as.</summary>
    public ArrowType DataType { get; }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    /// <summary>Values before the first one, in each buffer.</summary>
    public int Offset { get; }

    /// <summary>In the order of the layout (rrd-format §3.4).</summary>
    public IReadOnlyList<ArrowBuffer> Buffers { get; }

    /// <summary>Of nested types, in the order of their fields; else empty.</summary>
    public IReadOnlyList<ArrayData> Children { get; }

    /// <summary>The distinct values of a dictionary array, else null.</summary>
    public ArrayData? Dictionary { get; }

    /// <summary>Nulls of this array itself (unions and run-end-encoded arrays have none of their own). Counted on first use after a slice.</summary>
    public int NullCount => _nullCount >= 0 ? _nullCount : _nullCount = CountNulls();

    internal bool HasValidity => DataType.Layout is not (ArrowLayout.Null or ArrowLayout.DenseUnion or ArrowLayout.SparseUnion or ArrowLayout.RunEndEncoded);

    internal ArrowBuffer Validity => HasValidity ? Buffers[0] : ArrowBuffer.Empty;

    /// <summary>Shares the buffers; nothing is copied.</summary>
    public ArrayData Slice(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + length, Length, nameof(length));
        if (offset == 0 && length == Length)
            return this;
        int nulls = _nullCount == 0 ? 0 : DataType.Layout == ArrowLayout.Null ? length : -1;
        return new ArrayData(DataType, length, nulls, Offset + offset, (ArrowBuffer[])Buffers, (ArrayData[])Children, Dictionary);
    }

    internal int CountNulls(int offset, int length)
    {
        if (DataType.Layout == ArrowLayout.Null)
            return length;
        ArrowBuffer validity = Validity;
        return validity.IsEmpty ? 0 : length - Bitmap.CountSet(validity.Span, offset, length);
    }

    private int CountNulls() => CountNulls(Offset, Length);
}

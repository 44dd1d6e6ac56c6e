namespace Strata.Arrow;

/// <summary>
/// The physical form of an array. <c>Buffers[0]</c> is the validity bitmap (empty when there are no nulls) in all layouts that have one; then the buffers of
/// rrd-format §3.4 in order. Null and RunEndEncoded have no buffers; unions start with the type ids. <c>Offset</c> and <c>Length</c> are in values.
/// </summary>
public sealed class ArrayData
{
    private int _nullCount;

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

    public ArrowType DataType { get; }

    public int Length { get; }

    public int Offset { get; }

    public IReadOnlyList<ArrowBuffer> Buffers { get; }

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

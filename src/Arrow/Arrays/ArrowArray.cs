namespace Strata.Arrow;

/// <summary>A typed view of <see cref="ArrayData"/>.</summary>
public interface IArrowArray
{
    /// <summary>Number of values.</summary>
    int Length { get; }

    /// <summary>Values of the underlying buffers before the first one of this view.</summary>
    int Offset { get; }

    /// <summary>How many values are null. Counted on first use after a slice.</summary>
    int NullCount { get; }

    /// <summary>The buffers that this is a view of.</summary>
    ArrayData Data { get; }

    /// <summary>What the values are.</summary>
    ArrowType DataType { get; }

    /// <summary>Whether there is no value at <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the array.</exception>
    bool IsNull(int index);

    /// <summary>Whether there is a value at <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the array.</exception>
    bool IsValid(int index);

    /// <summary>A view of <paramref name="length"/> values; no bytes are copied.</summary>
    IArrowArray Slice(int offset, int length);
}

/// <summary>Base of all arrays. (Apache calls it <c>Array</c>, which would make <c>System.Array</c> ambiguous in every file that uses this namespace.)</summary>
public abstract class ArrowArray : IArrowArray
{
    private readonly ArrowBuffer _validity;
    private readonly bool _mayHaveNulls;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    protected ArrowArray(ArrayData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
        _validity = data.Validity;
        _mayHaveNulls = !_validity.IsEmpty;
    }

    /// <inheritdoc/>
    public ArrayData Data { get; }

    /// <inheritdoc/>
    public ArrowType DataType => Data.DataType;

    /// <inheritdoc/>
    public int Length => Data.Length;

    /// <inheritdoc/>
    public int Offset => Data.Offset;

    /// <inheritdoc/>
    public int NullCount => Data.NullCount;

    /// <summary>The validity bits from bit <see cref="Offset"/> on; empty when there are no nulls.</summary>
    public ReadOnlySpan<byte> NullBitmap => _validity.Span;

    /// <inheritdoc/>
    public virtual bool IsNull(int index) => !IsValid(index);

    /// <inheritdoc/>
    public virtual bool IsValid(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
        return !_mayHaveNulls || Bitmap.Get(_validity.Span, Offset + index);
    }

    /// <inheritdoc/>
    public IArrowArray Slice(int offset, int length) => ArrowArrayFactory.BuildArray(Data.Slice(offset, length));

    /// <inheritdoc/>
    public override string ToString() => $"{DataType}[{Length}]";

    private protected static ArrayData Checked(ArrayData data, ArrowTypeId expected) =>
        data.DataType.TypeId == expected ? data : throw new ArgumentException($"Expected array data of type {expected}, found {data.DataType}.", nameof(data));
}

/// <summary>An array without values; every entry is null.</summary>
public sealed class NullArray(ArrayData data) : ArrowArray(Checked(data, ArrowTypeId.Null))
{
    /// <summary><paramref name="length"/> nulls; they take no memory.</summary>
    public NullArray(int length)
        : this(new ArrayData(NullType.Default, length, length, 0, []))
    {
    }

    /// <inheritdoc/>
    public override bool IsValid(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
        return false;
    }
}

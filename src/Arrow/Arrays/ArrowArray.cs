namespace Strata.Arrow;

/// <summary>A typed view of <see cref="ArrayData"/>.</summary>
public interface IArrowArray
{
    int Length { get; }

    int Offset { get; }

    int NullCount { get; }

    ArrayData Data { get; }

    ArrowType DataType { get; }

    bool IsNull(int index);

    bool IsValid(int index);

    /// <summary>A view of <paramref name="length"/> values; no bytes are copied.</summary>
    IArrowArray Slice(int offset, int length);
}

/// <summary>Base of all arrays. (Apache calls it <c>Array</c>, which would make <c>System.Array</c> ambiguous in every file that uses this namespace.)</summary>
public abstract class ArrowArray : IArrowArray
{
    private readonly ArrowBuffer _validity;
    private readonly bool _mayHaveNulls;

    protected ArrowArray(ArrayData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
        _validity = data.Validity;
        _mayHaveNulls = !_validity.IsEmpty;
    }

    public ArrayData Data { get; }

    public ArrowType DataType => Data.DataType;

    public int Length => Data.Length;

    public int Offset => Data.Offset;

    public int NullCount => Data.NullCount;

    /// <summary>The validity bits from bit <see cref="Offset"/> on; empty when there are no nulls.</summary>
    public ReadOnlySpan<byte> NullBitmap => _validity.Span;

    public virtual bool IsNull(int index) => !IsValid(index);

    public virtual bool IsValid(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
        return !_mayHaveNulls || Bitmap.Get(_validity.Span, Offset + index);
    }

    public IArrowArray Slice(int offset, int length) => ArrowArrayFactory.BuildArray(Data.Slice(offset, length));

    public override string ToString() => $"{DataType}[{Length}]";

    private protected static ArrayData Checked(ArrayData data, ArrowTypeId expected) =>
        data.DataType.TypeId == expected ? data : throw new ArgumentException($"Expected array data of type {expected}, found {data.DataType}.", nameof(data));
}

/// <summary>An array without values; every entry is null.</summary>
public sealed class NullArray(ArrayData data) : ArrowArray(Checked(data, ArrowTypeId.Null))
{
    public NullArray(int length)
        : this(new ArrayData(NullType.Default, length, length, 0, []))
    {
    }

    public override bool IsValid(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
        return false;
    }
}

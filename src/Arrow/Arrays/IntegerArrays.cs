namespace Strata.Arrow;

/// <summary>Signed integers of 8 bits.</summary>
public sealed class Int8Array(ArrayData data) : PrimitiveArray<sbyte>(Checked(data, ArrowTypeId.Int8))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Int8Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int8Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Int8Array From(ReadOnlySpan<sbyte> values) => new(PrimitiveData.Of(Int8Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Int8Array From(ReadOnlySpan<sbyte> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int8Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Int8Array FromNullable(ReadOnlySpan<sbyte?> values) => new(PrimitiveData.Of<sbyte>(Int8Type.Default, values));
}

/// <summary>Unsigned integers of 8 bits.</summary>
public sealed class UInt8Array(ArrayData data) : PrimitiveArray<byte>(Checked(data, ArrowTypeId.UInt8))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public UInt8Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt8Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static UInt8Array From(ReadOnlySpan<byte> values) => new(PrimitiveData.Of(UInt8Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static UInt8Array From(ReadOnlySpan<byte> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt8Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static UInt8Array FromNullable(ReadOnlySpan<byte?> values) => new(PrimitiveData.Of<byte>(UInt8Type.Default, values));
}

/// <summary>Signed integers of 16 bits.</summary>
public sealed class Int16Array(ArrayData data) : PrimitiveArray<short>(Checked(data, ArrowTypeId.Int16))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Int16Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int16Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Int16Array From(ReadOnlySpan<short> values) => new(PrimitiveData.Of(Int16Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Int16Array From(ReadOnlySpan<short> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int16Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Int16Array FromNullable(ReadOnlySpan<short?> values) => new(PrimitiveData.Of<short>(Int16Type.Default, values));
}

/// <summary>Unsigned integers of 16 bits.</summary>
public sealed class UInt16Array(ArrayData data) : PrimitiveArray<ushort>(Checked(data, ArrowTypeId.UInt16))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public UInt16Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt16Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static UInt16Array From(ReadOnlySpan<ushort> values) => new(PrimitiveData.Of(UInt16Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static UInt16Array From(ReadOnlySpan<ushort> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt16Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static UInt16Array FromNullable(ReadOnlySpan<ushort?> values) => new(PrimitiveData.Of<ushort>(UInt16Type.Default, values));
}

/// <summary>Signed integers of 32 bits.</summary>
public sealed class Int32Array(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Int32))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Int32Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int32Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Int32Array From(ReadOnlySpan<int> values) => new(PrimitiveData.Of(Int32Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Int32Array From(ReadOnlySpan<int> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int32Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Int32Array FromNullable(ReadOnlySpan<int?> values) => new(PrimitiveData.Of<int>(Int32Type.Default, values));
}

/// <summary>Unsigned integers of 32 bits.</summary>
public sealed class UInt32Array(ArrayData data) : PrimitiveArray<uint>(Checked(data, ArrowTypeId.UInt32))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public UInt32Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt32Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static UInt32Array From(ReadOnlySpan<uint> values) => new(PrimitiveData.Of(UInt32Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static UInt32Array From(ReadOnlySpan<uint> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt32Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static UInt32Array FromNullable(ReadOnlySpan<uint?> values) => new(PrimitiveData.Of<uint>(UInt32Type.Default, values));
}

/// <summary>Signed integers of 64 bits.</summary>
public sealed class Int64Array(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Int64))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Int64Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int64Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Int64Array From(ReadOnlySpan<long> values) => new(PrimitiveData.Of(Int64Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Int64Array From(ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int64Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Int64Array FromNullable(ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(Int64Type.Default, values));
}

/// <summary>Unsigned integers of 64 bits.</summary>
public sealed class UInt64Array(ArrayData data) : PrimitiveArray<ulong>(Checked(data, ArrowTypeId.UInt64))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public UInt64Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt64Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static UInt64Array From(ReadOnlySpan<ulong> values) => new(PrimitiveData.Of(UInt64Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static UInt64Array From(ReadOnlySpan<ulong> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt64Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static UInt64Array FromNullable(ReadOnlySpan<ulong?> values) => new(PrimitiveData.Of<ulong>(UInt64Type.Default, values));
}

namespace Strata.Arrow;

public sealed class Int8Array(ArrayData data) : PrimitiveArray<sbyte>(Checked(data, ArrowTypeId.Int8))
{
    public Int8Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int8Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Int8Array From(ReadOnlySpan<sbyte> values) => new(PrimitiveData.Of(Int8Type.Default, values));

    public static Int8Array From(ReadOnlySpan<sbyte> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int8Type.Default, values, isValid));

    public static Int8Array FromNullable(ReadOnlySpan<sbyte?> values) => new(PrimitiveData.Of<sbyte>(Int8Type.Default, values));
}

public sealed class UInt8Array(ArrayData data) : PrimitiveArray<byte>(Checked(data, ArrowTypeId.UInt8))
{
    public UInt8Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt8Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static UInt8Array From(ReadOnlySpan<byte> values) => new(PrimitiveData.Of(UInt8Type.Default, values));

    public static UInt8Array From(ReadOnlySpan<byte> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt8Type.Default, values, isValid));

    public static UInt8Array FromNullable(ReadOnlySpan<byte?> values) => new(PrimitiveData.Of<byte>(UInt8Type.Default, values));
}

public sealed class Int16Array(ArrayData data) : PrimitiveArray<short>(Checked(data, ArrowTypeId.Int16))
{
    public Int16Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int16Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Int16Array From(ReadOnlySpan<short> values) => new(PrimitiveData.Of(Int16Type.Default, values));

    public static Int16Array From(ReadOnlySpan<short> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int16Type.Default, values, isValid));

    public static Int16Array FromNullable(ReadOnlySpan<short?> values) => new(PrimitiveData.Of<short>(Int16Type.Default, values));
}

public sealed class UInt16Array(ArrayData data) : PrimitiveArray<ushort>(Checked(data, ArrowTypeId.UInt16))
{
    public UInt16Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt16Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static UInt16Array From(ReadOnlySpan<ushort> values) => new(PrimitiveData.Of(UInt16Type.Default, values));

    public static UInt16Array From(ReadOnlySpan<ushort> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt16Type.Default, values, isValid));

    public static UInt16Array FromNullable(ReadOnlySpan<ushort?> values) => new(PrimitiveData.Of<ushort>(UInt16Type.Default, values));
}

public sealed class Int32Array(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Int32))
{
    public Int32Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int32Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Int32Array From(ReadOnlySpan<int> values) => new(PrimitiveData.Of(Int32Type.Default, values));

    public static Int32Array From(ReadOnlySpan<int> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int32Type.Default, values, isValid));

    public static Int32Array FromNullable(ReadOnlySpan<int?> values) => new(PrimitiveData.Of<int>(Int32Type.Default, values));
}

public sealed class UInt32Array(ArrayData data) : PrimitiveArray<uint>(Checked(data, ArrowTypeId.UInt32))
{
    public UInt32Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt32Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static UInt32Array From(ReadOnlySpan<uint> values) => new(PrimitiveData.Of(UInt32Type.Default, values));

    public static UInt32Array From(ReadOnlySpan<uint> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt32Type.Default, values, isValid));

    public static UInt32Array FromNullable(ReadOnlySpan<uint?> values) => new(PrimitiveData.Of<uint>(UInt32Type.Default, values));
}

public sealed class Int64Array(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Int64))
{
    public Int64Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Int64Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Int64Array From(ReadOnlySpan<long> values) => new(PrimitiveData.Of(Int64Type.Default, values));

    public static Int64Array From(ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Int64Type.Default, values, isValid));

    public static Int64Array FromNullable(ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(Int64Type.Default, values));
}

public sealed class UInt64Array(ArrayData data) : PrimitiveArray<ulong>(Checked(data, ArrowTypeId.UInt64))
{
    public UInt64Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(UInt64Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static UInt64Array From(ReadOnlySpan<ulong> values) => new(PrimitiveData.Of(UInt64Type.Default, values));

    public static UInt64Array From(ReadOnlySpan<ulong> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(UInt64Type.Default, values, isValid));

    public static UInt64Array FromNullable(ReadOnlySpan<ulong?> values) => new(PrimitiveData.Of<ulong>(UInt64Type.Default, values));
}

public sealed class HalfFloatArray(ArrayData data) : PrimitiveArray<Half>(Checked(data, ArrowTypeId.HalfFloat))
{
    public HalfFloatArray(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(HalfFloatType.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static HalfFloatArray From(ReadOnlySpan<Half> values) => new(PrimitiveData.Of(HalfFloatType.Default, values));

    public static HalfFloatArray From(ReadOnlySpan<Half> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(HalfFloatType.Default, values, isValid));

    public static HalfFloatArray FromNullable(ReadOnlySpan<Half?> values) => new(PrimitiveData.Of<Half>(HalfFloatType.Default, values));
}

public sealed class FloatArray(ArrayData data) : PrimitiveArray<float>(Checked(data, ArrowTypeId.Float))
{
    public FloatArray(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(FloatType.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static FloatArray From(ReadOnlySpan<float> values) => new(PrimitiveData.Of(FloatType.Default, values));

    public static FloatArray From(ReadOnlySpan<float> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(FloatType.Default, values, isValid));

    public static FloatArray FromNullable(ReadOnlySpan<float?> values) => new(PrimitiveData.Of<float>(FloatType.Default, values));
}

public sealed class DoubleArray(ArrayData data) : PrimitiveArray<double>(Checked(data, ArrowTypeId.Double))
{
    public DoubleArray(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(DoubleType.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static DoubleArray From(ReadOnlySpan<double> values) => new(PrimitiveData.Of(DoubleType.Default, values));

    public static DoubleArray From(ReadOnlySpan<double> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(DoubleType.Default, values, isValid));

    public static DoubleArray FromNullable(ReadOnlySpan<double?> values) => new(PrimitiveData.Of<double>(DoubleType.Default, values));
}

namespace Strata.Arrow;

/// <summary>Floating-point numbers of 16 bits.</summary>
public sealed class HalfFloatArray(ArrayData data) : PrimitiveArray<Half>(Checked(data, ArrowTypeId.HalfFloat))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public HalfFloatArray(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(HalfFloatType.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static HalfFloatArray From(ReadOnlySpan<Half> values) => new(PrimitiveData.Of(HalfFloatType.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static HalfFloatArray From(ReadOnlySpan<Half> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(HalfFloatType.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static HalfFloatArray FromNullable(ReadOnlySpan<Half?> values) => new(PrimitiveData.Of<Half>(HalfFloatType.Default, values));
}

/// <summary>Floating-point numbers of 32 bits.</summary>
public sealed class FloatArray(ArrayData data) : PrimitiveArray<float>(Checked(data, ArrowTypeId.Float))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public FloatArray(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(FloatType.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static FloatArray From(ReadOnlySpan<float> values) => new(PrimitiveData.Of(FloatType.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static FloatArray From(ReadOnlySpan<float> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(FloatType.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static FloatArray FromNullable(ReadOnlySpan<float?> values) => new(PrimitiveData.Of<float>(FloatType.Default, values));
}

/// <summary>Floating-point numbers of 64 bits.</summary>
public sealed class DoubleArray(ArrayData data) : PrimitiveArray<double>(Checked(data, ArrowTypeId.Double))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public DoubleArray(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(DoubleType.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static DoubleArray From(ReadOnlySpan<double> values) => new(PrimitiveData.Of(DoubleType.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static DoubleArray From(ReadOnlySpan<double> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(DoubleType.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static DoubleArray FromNullable(ReadOnlySpan<double?> values) => new(PrimitiveData.Of<double>(DoubleType.Default, values));
}

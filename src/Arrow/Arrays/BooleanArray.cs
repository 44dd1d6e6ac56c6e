namespace Strata.Arrow;

/// <summary>One bit a value.</summary>
public sealed class BooleanArray : ArrowArray
{
    private readonly ArrowBuffer _values;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public BooleanArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.Boolean)) => _values = data.Buffers[1];

    /// <summary>The bits, from bit <see cref="ArrowArray.Offset"/> on.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    /// <summary>The values of the whole buffer, also those outside this slice.</summary>
    public ArrowBuffer ValueBuffer => _values;

    /// <summary>The value, or null.</summary>
    public bool? GetValue(int index) => IsValid(index) ? Bitmap.Get(_values.Span, Offset + index) : null;

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static BooleanArray From(ReadOnlySpan<bool> values) =>
        new(new ArrayData(BooleanType.Default, values.Length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(Bitmap.Pack(values))]));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static BooleanArray From(ReadOnlySpan<bool> values, ReadOnlySpan<bool> isValid)
    {
        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, values.Length);
        return new(new ArrayData(BooleanType.Default, values.Length, nulls, 0, [validity, new ArrowBuffer(Bitmap.Pack(values))]));
    }

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static BooleanArray FromNullable(ReadOnlySpan<bool?> values)
    {
        var plain = new bool[values.Length];
        var valid = new bool[values.Length];
        for (int k = 0; k < values.Length; k++)
            (plain[k], valid[k]) = (values[k] ?? false, values[k].HasValue);
        return From(plain, valid);
    }
}

namespace Strata.Arrow;

/// <summary>One bit a value.</summary>
public sealed class BooleanArray : ArrowArray
{
    private readonly ArrowBuffer _values;

    public BooleanArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.Boolean)) => _values = data.Buffers[1];

    /// <summary>The bits, from bit <see cref="ArrowArray.Offset"/> on.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    public ArrowBuffer ValueBuffer => _values;

    public bool? GetValue(int index) => IsValid(index) ? Bitmap.Get(_values.Span, Offset + index) : null;

    public static BooleanArray From(ReadOnlySpan<bool> values) =>
        new(new ArrayData(BooleanType.Default, values.Length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(Bitmap.Pack(values))]));

    public static BooleanArray From(ReadOnlySpan<bool> values, ReadOnlySpan<bool> isValid)
    {
        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, values.Length);
        return new(new ArrayData(BooleanType.Default, values.Length, nulls, 0, [validity, new ArrowBuffer(Bitmap.Pack(values))]));
    }

    public static BooleanArray FromNullable(ReadOnlySpan<bool?> values)
    {
        var plain = new bool[values.Length];
        var valid = new bool[values.Length];
        for (int k = 0; k < values.Length; k++)
            (plain[k], valid[k]) = (values[k] ?? false, values[k].HasValue);
        return From(plain, valid);
    }
}

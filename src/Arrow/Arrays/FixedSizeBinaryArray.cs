using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Strata.Arrow;

/// <summary>Values of one width in bytes; also the base of decimals, whose bytes are little-endian integers.</summary>
public class FixedSizeBinaryArray : ArrowArray
{
    private readonly ArrowBuffer _values;
    private readonly int _width;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public FixedSizeBinaryArray(ArrayData data)
        : base(data)
    {
        if (data.DataType.Layout != ArrowLayout.FixedWidth)
            throw new ArgumentException($"Expected array data of a fixed-width type, found {data.DataType}.", nameof(data));
        _width = data.DataType.ValueBytes;
        _values = data.Buffers[1];
    }

    /// <summary>Bytes of one value.</summary>
    public int ByteWidth => _width;

    /// <summary>The bytes of this slice, <see cref="ByteWidth"/> a value, nulls included.</summary>
    public ReadOnlySpan<byte> Values => _values.Span.Slice(Offset * _width, Length * _width);

    /// <summary>The values of the whole buffer, also those outside this slice.</summary>
    public ArrowBuffer ValueBuffer => _values;

    /// <summary>The bytes of one value; what a null holds is unspecified.</summary>
    public ReadOnlySpan<byte> GetBytes(int index) => Values.Slice(index * _width, _width);

    /// <summary>Copies <paramref name="bytes"/>, which hold <paramref name="byteWidth"/> bytes a value.</summary>
    public static FixedSizeBinaryArray From(int byteWidth, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(byteWidth);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length % byteWidth, 0, nameof(bytes));
        return new(new ArrayData(new FixedSizeBinaryType(byteWidth), bytes.Length / byteWidth, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(bytes.ToArray())]));
    }

    /// <summary>As above; <paramref name="isValid"/> has one entry a value, or is empty for no nulls.</summary>
    public static FixedSizeBinaryArray From(int byteWidth, ReadOnlySpan<byte> bytes, ReadOnlySpan<bool> isValid)
    {
        FixedSizeBinaryArray plain = From(byteWidth, bytes);
        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, plain.Length);
        return new(new ArrayData(plain.DataType, plain.Length, nulls, 0, [validity, plain.ValueBuffer]));
    }

    /// <summary>Bytes that already lie in memory: nothing is copied.</summary>
    public static FixedSizeBinaryArray Wrap(int byteWidth, ReadOnlyMemory<byte> bytes, int length) =>
        new(PrimitiveData.Wrap(new FixedSizeBinaryType(byteWidth), new ArrowBuffer(bytes), ArrowBuffer.Empty, length, 0, 0));
}

/// <summary>Decimals of 32, 64, 128 or 256 bits.</summary>
public abstract class DecimalArray(ArrayData data) : FixedSizeBinaryArray(data)
{
    /// <summary>Digits that a text writes out: more than the widest decimal has. A scale is any 32-bit number, and two thousand million zeros are no text.</summary>
    private const int MaxWrittenScale = 128;

    /// <summary>Decimal digits of the largest value.</summary>
    public int Precision => ((DecimalType)DataType).Precision;

    /// <summary>Digits behind the point; negative ones are zeros before it.</summary>
    public int Scale => ((DecimalType)DataType).Scale;

    /// <summary>The integer that, times 10^-<see cref="Scale"/>, is the value.</summary>
    public BigInteger GetUnscaled(int index) => new(GetBytes(index));

    private protected static void RequirePrecision<T>(DecimalType type, ReadOnlySpan<T> unscaled, ReadOnlySpan<bool> isValid)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(type);
        var most = BigInteger.Pow(10, type.Precision);
        for (int k = 0; k < unscaled.Length; k++)
        {
            if ((isValid.IsEmpty || isValid[k]) && BigInteger.Abs(BigInteger.CreateChecked(unscaled[k])) >= most)
                throw new ArgumentOutOfRangeException(nameof(unscaled), $"{type} has {type.Precision} digits at most; found {unscaled[k]} at {k}.");
        }
    }

    /// <summary>The exact decimal text, or null; beyond 128 digits of scale with an exponent, such as <c>15E-4000</c>.</summary>
    public string? GetString(int index)
    {
        if (IsNull(index))
            return null;
        BigInteger unscaled = GetUnscaled(index);
        if (Scale is < -MaxWrittenScale or > MaxWrittenScale)
            return string.Create(CultureInfo.InvariantCulture, $"{unscaled}E{-(long)Scale}");
        if (Scale <= 0)
            return (unscaled * BigInteger.Pow(10, -Scale)).ToString(CultureInfo.InvariantCulture);
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        return $"{(unscaled.Sign < 0 ? "-" : "")}{digits[..^Scale]}.{digits[^Scale..]}";
    }
}

/// <summary>Decimals of 32 bits.</summary>
public sealed class Decimal32Array(ArrayData data) : DecimalArray(Checked(data, ArrowTypeId.Decimal32))
{
    /// <param name="type">Precision and scale.</param>
    /// <param name="unscaled">The integers that, times 10^-scale, are the values.</param>
    /// <param name="isValid">One entry a value, or empty for no nulls.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value has more digits than the precision.</exception>
    public static Decimal32Array From(Decimal32Type type, ReadOnlySpan<int> unscaled, ReadOnlySpan<bool> isValid = default)
    {
        RequirePrecision(type, unscaled, isValid);
        return new(PrimitiveData.Of(type, unscaled, isValid));
    }

    /// <summary>The integer that, times 10^-Scale, is the value; what a null holds is unspecified.</summary>
    public int GetRaw(int index) => BinaryPrimitives.ReadInt32LittleEndian(GetBytes(index));
}

/// <summary>Decimals of 64 bits.</summary>
public sealed class Decimal64Array(ArrayData data) : DecimalArray(Checked(data, ArrowTypeId.Decimal64))
{
    /// <param name="type">Precision and scale.</param>
    /// <param name="unscaled">The integers that, times 10^-scale, are the values.</param>
    /// <param name="isValid">One entry a value, or empty for no nulls.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value has more digits than the precision.</exception>
    public static Decimal64Array From(Decimal64Type type, ReadOnlySpan<long> unscaled, ReadOnlySpan<bool> isValid = default)
    {
        RequirePrecision(type, unscaled, isValid);
        return new(PrimitiveData.Of(type, unscaled, isValid));
    }

    /// <summary>The integer that, times 10^-Scale, is the value; what a null holds is unspecified.</summary>
    public long GetRaw(int index) => BinaryPrimitives.ReadInt64LittleEndian(GetBytes(index));
}

/// <summary>Decimals of 128 bits.</summary>
public sealed class Decimal128Array(ArrayData data) : DecimalArray(Checked(data, ArrowTypeId.Decimal128))
{
    /// <param name="type">Precision and scale.</param>
    /// <param name="unscaled">The integers that, times 10^-scale, are the values.</param>
    /// <param name="isValid">One entry a value, or empty for no nulls.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value has more digits than the precision.</exception>
    public static Decimal128Array From(Decimal128Type type, ReadOnlySpan<Int128> unscaled, ReadOnlySpan<bool> isValid = default)
    {
        RequirePrecision(type, unscaled, isValid);
        return new(PrimitiveData.Of(type, unscaled, isValid));
    }

    /// <summary>The integer that, times 10^-Scale, is the value; what a null holds is unspecified.</summary>
    public Int128 GetRaw(int index) => BinaryPrimitives.ReadInt128LittleEndian(GetBytes(index));
}

/// <summary>Decimals of 256 bits.</summary>
public sealed class Decimal256Array(ArrayData data) : DecimalArray(Checked(data, ArrowTypeId.Decimal256))
{
    /// <inheritdoc cref="Decimal128Array.From"/>
    public static Decimal256Array From(Decimal256Type type, ReadOnlySpan<BigInteger> unscaled, ReadOnlySpan<bool> isValid = default)
    {
        const int width = 32;
        RequirePrecision(type, unscaled, isValid);
        var bytes = new byte[width * unscaled.Length];
        for (int k = 0; k < unscaled.Length; k++)
        {
            Span<byte> value = bytes.AsSpan(k * width, width);
            value.Fill(unscaled[k].Sign < 0 ? (byte)0xFF : (byte)0);
            if (isValid.IsEmpty || isValid[k])
                unscaled[k].TryWriteBytes(value, out _);
        }

        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, unscaled.Length);
        return new(new ArrayData(type, unscaled.Length, nulls, 0, [validity, new ArrowBuffer(bytes)]));
    }
}

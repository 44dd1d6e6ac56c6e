using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Strata.Arrow;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>Values as the golden answers write and hash them: see the head of <c>make/golden.py</c> beside the shared recordings.</summary>
internal static partial class CanonicalText
{
    /// <summary>SHA-256 over the rows' texts, each followed by a line feed.</summary>
    public static string Sha256(IEnumerable<IArrowArray> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var array in parts)
        {
            for (var row = 0; row < array.Length; row++)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(Of(array, row) + "\n"));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Of(IArrowArray array, int row) => array switch
    {
        DictionaryArray a when a.IsValid(row) => Of(a.Dictionary, a.GetIndex(row)),
        UnionArray a => Of(a, row),
        _ when array.IsNull(row) => "null",
        BooleanArray a => a.GetValue(row) == true ? "true" : "false",
        StringArray a => Text(a.GetString(row)!),
        LargeStringArray a => Text(a.GetString(row)!),
        StringViewArray a => Text(a.GetString(row)!),
        Decimal128Array a => Text(Decimal(a.GetRaw(row), ((Decimal128Type)a.DataType).Scale)),
        FixedSizeBinaryArray a => Bytes(a.GetBytes(row)),
        IByteStringArray a => Bytes(a.GetBytes(row)),
        MapArray a => Pairs(a, row),
        ListArray a => Items(a.GetSlicedValues(row)!),
        LargeListArray a => Items(a.GetSlicedValues(row)!),
        FixedSizeListArray a => Items(a.GetSlicedValues(row)!),
        StructArray a => Struct(a, row),
        HalfFloatArray a => Number((double)a.Values[row]),
        FloatArray a => Number(a.Values[row]),
        DoubleArray a => Number(a.Values[row]),
        UInt64Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
        PrimitiveArray<long> a => Whole(a.Values[row]),
        PrimitiveArray<int> a => Whole(a.Values[row]),
        PrimitiveArray<uint> a => Whole(a.Values[row]),
        PrimitiveArray<short> a => Whole(a.Values[row]),
        PrimitiveArray<ushort> a => Whole(a.Values[row]),
        PrimitiveArray<sbyte> a => Whole(a.Values[row]),
        PrimitiveArray<byte> a => Whole(a.Values[row]),
        _ => throw new NotSupportedException($"no canonical text of {array.DataType}"),
    };

    private static string Of(UnionArray array, int row)
    {
        var (child, at) = array.Locate(row);
        return $"{{type_code:{((UnionType)array.DataType).TypeIds[child]},value:{Of(array.Fields[child], at)}}}";
    }

    private static string Items(IArrowArray items) => $"[{string.Join(',', Enumerable.Range(0, items.Length).Select(i => Of(items, i)))}]";

    private static string Pairs(MapArray array, int row)
    {
        var range = Enumerable.Range(array.ValueOffsets[row], array.GetValueLength(row));
        return $"[{string.Join(',', range.Select(i => $"{{key:{Of(array.Keys, i)},value:{Of(array.Items, i)}}}"))}]";
    }

    private static string Struct(StructArray array, int row) =>
        $"{{{string.Join(',', array.Fields.Select((field, i) => $"{array.DataType.Fields[i].Name}:{Of(field, row)}"))}}}";

    private static string Decimal(Int128 raw, int scale)
    {
        var digits = Int128.Abs(raw).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (raw < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
    }

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bytes(ReadOnlySpan<byte> bytes) => "x" + Convert.ToHexStringLower(bytes);

    private static string Number(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Convert.ToHexStringLower(bytes);
    }

    // As Python's json.dumps(ensure_ascii=False), unless it looks like bytes.
    private static string Text(string text)
    {
        if (LikeBytes().IsMatch(text))
        {
            return text;
        }
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            json.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }
        return json.Append('"').ToString();
    }

    [GeneratedRegex(@"\Ax([0-9a-f]{2})*\z")]
    private static partial Regex LikeBytes();
}

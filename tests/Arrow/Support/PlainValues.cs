using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace Strata.Arrow.Tests.Support;

/// <summary>Values in the plain form of the golden files: what tests/Arrow/make/make_golden.py says at its top.</summary>
internal static class PlainValues
{
    public static JsonArray Of(IArrowArray array) => new([.. Enumerable.Range(0, array.Length).Select(k => Of(array, k))]);

    private static JsonNode? Of(IArrowArray array, int index)
    {
        switch (array)
        {
            case UnionArray union:
                (int child, int position) = union.Locate(index);
                return new JsonArray(union.Type.TypeIds[child], Of(union.Fields[child], position));
            case DictionaryArray words:
                return words.IsValid(index) ? Of(words.Dictionary, words.GetIndex(index)) : null;
            case RunEndEncodedArray runs:
                return Of(runs.Values, runs.FindPhysicalIndex(index));
        }

        return array.IsNull(index) ? null : Valid(array, index);
    }

    private static JsonNode Valid(IArrowArray array, int index) => array switch
    {
        BooleanArray a => a.GetValue(index)!.Value,
        Int8Array a => a.Values[index],
        UInt8Array a => a.Values[index],
        Int16Array a => a.Values[index],
        UInt16Array a => a.Values[index],
        UInt32Array a => a.Values[index],
        UInt64Array a => a.Values[index],
        HalfFloatArray a => BitConverter.HalfToUInt16Bits(a.Values[index]).ToString("x4", CultureInfo.InvariantCulture),
        FloatArray a => BitConverter.SingleToUInt32Bits(a.Values[index]).ToString("x8", CultureInfo.InvariantCulture),
        DoubleArray a => BitConverter.DoubleToUInt64Bits(a.Values[index]).ToString("x16", CultureInfo.InvariantCulture),
        MonthDayNanosecondIntervalArray a => new JsonArray(a.Values[index].Months, a.Values[index].Days, a.Values[index].Nanoseconds),
        PrimitiveArray<int> a => a.Values[index],
        PrimitiveArray<long> a => a.Values[index],
        DecimalArray a => new BigInteger(a.GetBytes(index)).ToString(CultureInfo.InvariantCulture),
        FixedSizeBinaryArray a => Convert.ToHexStringLower(a.GetBytes(index)),
        IByteStringArray a => array.DataType is StringType or LargeStringType or StringViewType ? Encoding.UTF8.GetString(a.GetBytes(index)) : Convert.ToHexStringLower(a.GetBytes(index)),
        StructArray a => new JsonArray([.. a.Fields.Select((f, k) => new JsonArray(a.DataType.Fields[k].Name, Of(f, index)))]),
        MapArray a => new JsonArray([.. Entries((StructArray)a.GetSlicedValues(index)!)]),
        ListArray a => Of(a.GetSlicedValues(index)!),
        LargeListArray a => Of(a.GetSlicedValues(index)!),
        ListViewArray a => Of(a.GetSlicedValues(index)!),
        LargeListViewArray a => Of(a.GetSlicedValues(index)!),
        FixedSizeListArray a => Of(a.GetSlicedValues(index)!),
        _ => throw new ArgumentException($"No plain form of {array.DataType}.", nameof(array)),
    };

    private static IEnumerable<JsonArray> Entries(StructArray entries) =>
        Enumerable.Range(0, entries.Length).Select(k => new JsonArray(Of(entries.Fields[0], k), Of(entries.Fields[1], k)));
}

using System.Globalization;
using System.Text.Json;
using Strata.Arrow;

namespace Strata.Rrd.Tests;

/// <summary>Arrow values and golden JSON in one common text, so that they can be compared.</summary>
internal static class JsonText
{
    /// <summary>Text of one value, or null when its type is none that the golden properties use.</summary>
    public static string? Of(IArrowArray array, int row) => array.IsNull(row) ? "null" : array switch
    {
        BooleanArray values => values.GetValue(row) == true ? "true" : "false",
        Int64Array values => Number(values.Values[row]),
        TimestampArray values => Number(values.Values[row]),
        DurationArray values => Number(values.Values[row]),
        UInt8Array values => Number(values.Values[row]),
        UInt64Array values => Number((decimal)values.Values[row]),
        DoubleArray values => Number(values.Values[row]),
        FloatArray values => Number(values.Values[row]),
        StringArray values => '"' + values.GetString(row) + '"',
        FixedSizeBinaryArray values => $"\"x{Convert.ToHexStringLower(values.GetBytes(row))}\"",
        ListArray lists => Items(lists.GetSlicedValues(row)!),
        FixedSizeListArray lists => Items(lists.GetSlicedValues(row)!),
        _ => null,
    };

    public static string Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "[" + string.Join(',', element.EnumerateArray().Select(Of)) + "]",
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? Number(whole) : Number(element.GetDouble()),
        JsonValueKind.String => '"' + element.GetString() + '"',
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private static string Items(IArrowArray items) => "[" + string.Join(',', Enumerable.Range(0, items.Length).Select(item => Of(items, item))) + "]";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Strata.Arrow;

namespace Strata.Projections.Tests.Support;

/// <summary>Tables as text, so that a difference can be read.</summary>
public static class Tables
{
    public static IReadOnlyList<string> Rows(RecordBatch table) =>
        [.. Enumerable.Range(0, table.Length).Select(row => string.Join(" | ", table.Arrays.Select(column => Show(column, row))))];

    public static IReadOnlyList<string> Column(RecordBatch table, string name) => [.. Enumerable.Range(0, table.Length).Select(row => Show(table.Column(name), row))];

    public static string Show(IArrowArray array, int row) => array.IsNull(row) ? "null" : array switch
    {
        StringArray text => text.GetString(row)!,
        Int64Array number => Text(number.Values[row]),
        UInt64Array number => Text(number.Values[row]),
        DoubleArray number => Text(number.Values[row]),
        TimestampArray time => Text(time.Values[row]),
        DurationArray time => Text(time.Values[row]),
        BooleanArray flag => flag.GetValue(row) == true ? "true" : "false",
        FixedSizeBinaryArray bytes => Convert.ToHexStringLower(bytes.GetBytes(row)),
        ListArray list => $"[{string.Join(", ", Enumerable.Range(0, list.GetValueLength(row)).Select(i => Show(list.GetSlicedValues(row)!, i)))}]",
        _ => throw new NotSupportedException(array.DataType.ToString()),
    };

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}

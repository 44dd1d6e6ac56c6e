using System.Globalization;
using System.Text;
using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>A value of a chunk for people: short, and what is long only begins.</summary>
internal static class CellText
{
    private const int MaxItems = 16;
    private const int MaxChars = 200;
    private const int MaxBytes = 16;

    // Enough for one character more than is shown, so that a cut inside of a character is behind all that is.
    private const int MaxBytesOfChars = 4 * (MaxChars + 1);

    /// <param name="array">Of any type.</param>
    /// <param name="index">Inside of the array.</param>
    public static string Of(IArrowArray array, int index)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Of(array, index, new Shown());
    }

    private static string Of(IArrowArray array, int index, Shown shown)
    {
        if (++shown.Values > RrdLimits.MaxPrintedValues)
        {
            return "…";
        }
        return array switch
        {
            DictionaryArray dictionary when dictionary.IsValid(index) => Of(dictionary.Dictionary, dictionary.GetIndex(index), shown),
            UnionArray union when union.Locate(index) is var (child, at) => Of(union.Fields[child], at, shown),
            RunEndEncodedArray runs => Of(runs.Values, runs.FindPhysicalIndex(index), shown),
            _ when array.IsNull(index) => "null",
            BooleanArray flags => flags.GetValue(index) == true ? "true" : "false",
            StringArray or LargeStringArray or StringViewArray => Short(((IByteStringArray)array).GetBytes(index)),
            DecimalArray number => number.GetString(index)!,
            DayTimeIntervalArray interval => $"{interval.Values[index].Days} days {interval.Values[index].Milliseconds} ms",
            MonthDayNanosecondIntervalArray interval => $"{interval.Values[index].Months} months {interval.Values[index].Days} days {interval.Values[index].Nanoseconds} ns",
            YearMonthIntervalArray interval => $"{interval.Values[index]} months",
            PrimitiveArray<long> number => Text(number.Values[index]),
            PrimitiveArray<int> number => Text(number.Values[index]),
            PrimitiveArray<short> number => Text(number.Values[index]),
            PrimitiveArray<sbyte> number => Text(number.Values[index]),
            PrimitiveArray<ulong> number => Text(number.Values[index]),
            PrimitiveArray<uint> number => Text(number.Values[index]),
            PrimitiveArray<ushort> number => Text(number.Values[index]),
            PrimitiveArray<byte> number => Text(number.Values[index]),
            PrimitiveArray<double> number => Text(number.Values[index]),
            PrimitiveArray<float> number => Text(number.Values[index]),
            PrimitiveArray<Half> number => Text(number.Values[index]),
            IByteStringArray bytes => Bytes(bytes.GetBytes(index)),
            FixedSizeBinaryArray bytes => Bytes(bytes.GetBytes(index)),
            StructArray fields => $"{{{string.Join(", ", fields.Fields.Take(MaxItems).Select(field => Of(field, index, shown)))}}}",
            ListArray list => Items(list.Values, list.ValueOffsets[index], list.GetValueLength(index), shown),
            LargeListArray list => Items(list.Values, (int)list.ValueOffsets[index], list.GetValueLength(index), shown),
            ListViewArray list => Items(list.Values, list.ValueOffsets[index], list.Sizes[index], shown),
            LargeListViewArray list => Items(list.Values, (int)list.ValueOffsets[index], (int)list.Sizes[index], shown),
            FixedSizeListArray list => Items(list.Values, (list.Offset + index) * list.ListSize, list.ListSize, shown),
            _ => $"{array.DataType}",
        };
    }

    private static string Items(IArrowArray values, int start, int count, Shown shown)
    {
        var items = Enumerable.Range(start, Math.Min(count, MaxItems)).TakeWhile(_ => shown.Values <= RrdLimits.MaxPrintedValues).Select(i => Of(values, i, shown));
        return $"[{string.Join(", ", items)}{(count > MaxItems ? $", … {count} in all" : "")}]";
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    // Decoded no further than it is shown: a dictionary has one text of megabytes in each of a million rows.
    private static string Short(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxBytesOfChars)]);
        return text.Length <= MaxChars ? text : $"{text.AsSpan(0, MaxChars)}…";
    }

    private static string Bytes(ReadOnlySpan<byte> bytes) =>
        $"0x{Convert.ToHexString(bytes[..Math.Min(bytes.Length, MaxBytes)])}{(bytes.Length > MaxBytes ? $"… {bytes.Length} bytes" : "")}";

    private sealed class Shown
    {
        public int Values { get; set; }
    }
}

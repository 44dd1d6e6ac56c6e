using System.Numerics;
using System.Text.Json;
using Strata.Arrow;

namespace Strata.Web;

/// <summary>
/// Arrow values as JSON: lists as arrays, structs as objects, maps as arrays of keys and values, times as integer nanoseconds, dates as integer days (<c>Date64</c>: milliseconds) since 1970,
/// intervals of a calendar as objects of their parts, decimals as text, byte strings as lower-case hexadecimal digits, and the floating-point numbers that JSON lacks as <c>"NaN"</c>,
/// <c>"Infinity"</c>, <c>"-Infinity"</c>.
/// </summary>
internal static class ArrowJson
{
    public delegate void CellWriter(Utf8JsonWriter writer, int row);

    /// <summary>Decides on the type once a column, so that a row costs one call a cell.</summary>
    public static CellWriter WriterOf(IArrowArray array)
    {
        var value = ValueWriterOf(array);
        return (writer, row) =>
        {
            if (array.IsNull(row))
            {
                writer.WriteNullValue();
            }
            else
            {
                value(writer, row);
            }
        };
    }

    private static CellWriter ValueWriterOf(IArrowArray array) => array switch
    {
        NullArray => (writer, _) => writer.WriteNullValue(),
        BooleanArray a => (writer, row) => writer.WriteBooleanValue(a.GetValue(row)!.Value),
        StringArray a => (writer, row) => writer.WriteStringValue(a.GetBytes(row)),
        LargeStringArray a => (writer, row) => writer.WriteStringValue(a.GetBytes(row)),
        TimestampArray a => Time(a, ((TimestampType)a.DataType).Unit),
        DurationArray a => Time(a, ((DurationType)a.DataType).Unit),
        Time32Array a => Time(a, ((Time32Type)a.DataType).Unit),
        Time64Array a => Time(a, ((Time64Type)a.DataType).Unit),
        Int8Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        UInt8Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        Int16Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        UInt16Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        Int32Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        UInt32Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        Int64Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        UInt64Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        HalfFloatArray a => (writer, row) => WriteFloat(writer, (float)a.Values[row]),
        FloatArray a => (writer, row) => WriteFloat(writer, a.Values[row]),
        DoubleArray a => (writer, row) => WriteDouble(writer, a.Values[row]),
        MapArray a => Pairs(a),
        ListArray a => Items(WriterOf(a.Values), row => (a.ValueOffsets[row], a.ValueOffsets[row + 1])),
        LargeListArray a => Items(WriterOf(a.Values), row => ((int)a.ValueOffsets[row], (int)a.ValueOffsets[row + 1])),
        FixedSizeListArray a => Items(WriterOf(a.SlicedValues), row => (row * a.ListSize, (row + 1) * a.ListSize)),
        ListViewArray a => Items(WriterOf(a.Values), row => (a.ValueOffsets[row], a.ValueOffsets[row] + a.Sizes[row])),
        LargeListViewArray a => Items(WriterOf(a.Values), row => ((int)a.ValueOffsets[row], (int)(a.ValueOffsets[row] + a.Sizes[row]))),
        StructArray a => Members(a),
        DictionaryArray a => Named(a),
        RunEndEncodedArray a => Repeated(a),
        UnionArray a => Chosen(a),
        StringViewArray a => (writer, row) => writer.WriteStringValue(a.GetBytes(row)),
        // As text: a number of JSON has not its digits.
        DecimalArray a => (writer, row) => writer.WriteStringValue(a.GetString(row)),
        Date32Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        Date64Array a => (writer, row) => writer.WriteNumberValue(a.Values[row]),
        YearMonthIntervalArray a => (writer, row) => WriteParts(writer, ("months", a.Values[row])),
        DayTimeIntervalArray a => (writer, row) => WriteParts(writer, ("days", a.Values[row].Days), ("milliseconds", a.Values[row].Milliseconds)),
        MonthDayNanosecondIntervalArray a => (writer, row) => WriteParts(writer, ("months", a.Values[row].Months), ("days", a.Values[row].Days), ("nanoseconds", a.Values[row].Nanoseconds)),
        FixedSizeBinaryArray a => (writer, row) => writer.WriteStringValue(Convert.ToHexStringLower(a.GetBytes(row))),
        IByteStringArray a => (writer, row) => writer.WriteStringValue(Convert.ToHexStringLower(a.GetBytes(row))),
        _ => throw new NotSupportedException($"expected a type that has a form in JSON, found {array.DataType}"),
    };

    private static CellWriter Time<T>(PrimitiveArray<T> array, TimeUnit unit)
        where T : unmanaged, INumber<T>
    {
        var nanoseconds = unit switch
        {
            TimeUnit.Second => 1_000_000_000L,
            TimeUnit.Millisecond => 1_000_000L,
            TimeUnit.Microsecond => 1_000L,
            _ => 1L,
        };
        return nanoseconds == 1
            ? (writer, row) => writer.WriteNumberValue(long.CreateChecked(array.Values[row]))
            : (writer, row) => writer.WriteNumberValue(decimal.CreateChecked(array.Values[row]) * nanoseconds);
    }

    private static CellWriter Items(CellWriter item, Func<int, (int Start, int End)> range) => (writer, row) =>
    {
        var (start, end) = range(row);
        writer.WriteStartArray();
        for (var i = start; i < end; i++)
        {
            item(writer, i);
        }

        writer.WriteEndArray();
    };

    private static CellWriter Pairs(MapArray array)
    {
        var (key, value) = (WriterOf(array.Keys), WriterOf(array.Items));
        return Items(
            (writer, entry) =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("key");
                key(writer, entry);
                writer.WritePropertyName("value");
                value(writer, entry);
                writer.WriteEndObject();
            },
            row => (array.ValueOffsets[row], array.ValueOffsets[row + 1]));
    }

    private static CellWriter Named(DictionaryArray array)
    {
        var value = WriterOf(array.Dictionary);
        return (writer, row) => value(writer, array.GetIndex(row));
    }

    private static CellWriter Chosen(UnionArray array)
    {
        var values = array.Fields.Select(WriterOf).ToArray();
        return (writer, row) =>
        {
            var (child, position) = array.Locate(row);
            values[child](writer, position);
        };
    }

    private static CellWriter Repeated(RunEndEncodedArray array)
    {
        var value = WriterOf(array.Values);
        return (writer, row) => value(writer, array.FindPhysicalIndex(row));
    }

    private static void WriteParts(Utf8JsonWriter writer, params ReadOnlySpan<(string Name, long Value)> parts)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in parts)
        {
            writer.WriteNumber(name, value);
        }

        writer.WriteEndObject();
    }

    private static CellWriter Members(StructArray array)
    {
        var fields = ((StructType)array.DataType).Fields;
        var members = array.Fields.Select(WriterOf).ToArray();
        return (writer, row) =>
        {
            writer.WriteStartObject();
            for (var i = 0; i < members.Length; i++)
            {
                writer.WritePropertyName(fields[i].Name);
                members[i](writer, row);
            }

            writer.WriteEndObject();
        };
    }

    private static void WriteFloat(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            WriteDouble(writer, value);
        }
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }
}

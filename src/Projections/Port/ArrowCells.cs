using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections;

/// <summary>Columns of a table as expressions see them: numbers, texts, true and false, times in nanoseconds, and lists of these. Values are those of the JSON.</summary>
public static class ArrowCells
{
    public delegate ExpressionValue CellReader(int row);

    public static ExpressionColumn ColumnOf(Field field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var (type, isList) = TypeOf(field.DataType);
        return new(field.Name, type, isList);
    }

    /// <summary>Decides on the type once a column.</summary>
    public static CellReader ReaderOf(IArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        var read = ValueReaderOf(array);
        return row => array.IsNull(row) ? ExpressionValue.Null : read(row);
    }

    private static (ExpressionType Type, bool IsList) TypeOf(ArrowType type) => type switch
    {
        BooleanType => (ExpressionType.Truth, false),
        StringType or LargeStringType or StringViewType => (ExpressionType.Text, false),
        TimestampType => (ExpressionType.Time, false),
        NumberType or DurationType => (ExpressionType.Number, false),
        DictionaryType named => TypeOf(named.ValueType),
        ListType or LargeListType or FixedSizeListType when TypeOf(((ListLikeType)type).ValueDataType) is (var item, false) => (item, true),
        _ => (ExpressionType.Other, false),
    };

    private static CellReader ValueReaderOf(IArrowArray array) => array switch
    {
        BooleanArray a => row => ExpressionValue.Of(a.GetValue(row)),
        StringArray a => row => ExpressionValue.Of(a.GetString(row)),
        LargeStringArray a => row => ExpressionValue.Of(a.GetString(row)),
        StringViewArray a => row => ExpressionValue.Of(a.GetString(row)),
        TimestampArray a => Nanoseconds(a, ((TimestampType)a.DataType).Unit),
        DurationArray a => Nanoseconds(a, ((DurationType)a.DataType).Unit),
        Int8Array a => row => ExpressionValue.Of((long)a.Values[row]),
        UInt8Array a => row => ExpressionValue.Of((long)a.Values[row]),
        Int16Array a => row => ExpressionValue.Of((long)a.Values[row]),
        UInt16Array a => row => ExpressionValue.Of((long)a.Values[row]),
        Int32Array a => row => ExpressionValue.Of((long)a.Values[row]),
        UInt32Array a => row => ExpressionValue.Of((long)a.Values[row]),
        Int64Array a => row => ExpressionValue.Of(a.Values[row]),
        UInt64Array a => row => a.Values[row] <= long.MaxValue ? ExpressionValue.Of((long)a.Values[row]) : ExpressionValue.Of((double)a.Values[row]),
        HalfFloatArray a => row => ExpressionValue.Of((double)a.Values[row]),
        FloatArray a => row => ExpressionValue.Of((double)a.Values[row]),
        DoubleArray a => row => ExpressionValue.Of(a.Values[row]),
        ListArray a => Items(ReaderOf(a.Values), row => (a.ValueOffsets[row], a.ValueOffsets[row + 1])),
        LargeListArray a => Items(ReaderOf(a.Values), row => ((int)a.ValueOffsets[row], (int)a.ValueOffsets[row + 1])),
        FixedSizeListArray a => Items(ReaderOf(a.SlicedValues), row => (row * a.ListSize, (row + 1) * a.ListSize)),
        DictionaryArray a when ReaderOf(a.Dictionary) is var named => row => named(a.GetIndex(row)),
        // That there is something is all that can be asked of it.
        _ => _ => ExpressionValue.True,
    };

    private static CellReader Nanoseconds(PrimitiveArray<long> array, TimeUnit unit)
    {
        var scale = unit switch
        {
            TimeUnit.Second => 1_000_000_000L,
            TimeUnit.Millisecond => 1_000_000L,
            TimeUnit.Microsecond => 1_000L,
            _ => 1L,
        };
        return row => Int128.Abs((Int128)array.Values[row] * scale) <= long.MaxValue ? ExpressionValue.Of(array.Values[row] * scale) : ExpressionValue.Of((double)array.Values[row] * scale);
    }

    private static CellReader Items(CellReader item, Func<int, (int Start, int End)> range) => row =>
    {
        var (start, end) = range(row);
        var items = ImmutableArray.CreateBuilder<ExpressionValue>(end - start);
        for (var i = start; i < end; i++)
        {
            items.Add(item(i));
        }

        return new ExpressionValue.Items(new(items.MoveToImmutable()));
    };
}

using System.Numerics;
using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>The joints of each row of one chunk, as float64 whatever was logged: float64 is not copied, other numbers are converted once.</summary>
internal sealed class JointCells
{
    private readonly ListArray _rows;
    private readonly bool _mayBeNull;

    // Looked up for every row: an array costs nothing to look into, while Arrow's memory is made a span anew each time.
    private readonly int[] _offsets;
    private readonly int _perItem;
    private readonly IArrowArray _items;
    private readonly IArrowArray _numbers;
    private readonly PrimitiveArray<double>? _direct;
    private readonly double[]? _converted;

    private JointCells(ListArray rows)
    {
        _rows = rows;
        _mayBeNull = rows.NullCount > 0;
        _offsets = rows.ValueOffsets.ToArray();
        _items = rows.Values;
        _perItem = _items is FixedSizeListArray fixedSize ? fixedSize.ListSize : 1;
        _numbers = _items is FixedSizeListArray inner ? inner.SlicedValues : _items;
        MayHaveNullJoints = _items.NullCount > 0 || _numbers.NullCount > 0;
        _direct = _numbers as PrimitiveArray<double>;
        _converted = _direct is null ? Convert(_numbers) : null;
    }

    public int Rows => _rows.Length;

    /// <summary>The joints of all rows, one after another; which belong to a row says <see cref="Offsets"/>.</summary>
    public ReadOnlySpan<double> Values => _direct is null ? _converted : _direct.Values;

    public bool MayHaveNullJoints { get; }

    /// <summary>Row r begins at <c>Offsets[r] * Stride</c> and ends at <c>Offsets[r + 1] * Stride</c>.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>Numbers in one list item: 1, or the size of a fixed-size list.</summary>
    public int Stride => _perItem;

    /// <summary>Null when the column cannot hold joints; see <see cref="IsJoints"/>.</summary>
    public static JointCells? TryOf(IArrowArray column) => column is ListArray rows && IsJoints(rows.DataType) ? new(rows) : null;

    /// <summary>Lists of numbers, or lists of fixed-size lists of numbers.</summary>
    public static bool IsJoints(ArrowType type) => type is ListType list
        && (IsNumber(list.ValueDataType) || (list.ValueDataType is FixedSizeListType { ListSize: > 0 } inner && IsNumber(inner.ValueDataType)));

    /// <summary>Where the joints of the row begin in <see cref="Values"/>.</summary>
    public int Start(int row) => _offsets[row] * _perItem;

    /// <summary>How many joints the row has.</summary>
    public int Count(int row) => (_offsets[row + 1] - _offsets[row]) * _perItem;

    /// <summary>Joints, as <see cref="IsJoints"/>, between any two of which lies another number.</summary>
    public static bool IsFloats(ArrowType type) => IsJoints(type)
        && (((ListType)type).ValueDataType is FixedSizeListType inner ? inner.ValueDataType : ((ListType)type).ValueDataType).TypeId is ArrowTypeId.Double or ArrowTypeId.Float or ArrowTypeId.HalfFloat;

    public bool IsNull(int row) => _mayBeNull && _rows.IsNull(row);

    /// <summary>Whether the value at this position of <see cref="Values"/> is no number.</summary>
    public bool IsNullJoint(int position) =>
        (_items.NullCount > 0 && _items.IsNull(position / _perItem)) || (_numbers.NullCount > 0 && _numbers.IsNull(position));

    private static bool IsNumber(ArrowType type) => type.TypeId is ArrowTypeId.Double or ArrowTypeId.Float or ArrowTypeId.HalfFloat
        or ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64;

    private static double[] Convert(IArrowArray numbers) => numbers switch
    {
        FloatArray a => Convert(a.Values),
        HalfFloatArray a => Convert(a.Values),
        Int8Array a => Convert(a.Values),
        Int16Array a => Convert(a.Values),
        Int32Array a => Convert(a.Values),
        Int64Array a => Convert(a.Values),
        UInt8Array a => Convert(a.Values),
        UInt16Array a => Convert(a.Values),
        UInt32Array a => Convert(a.Values),
        UInt64Array a => Convert(a.Values),
        _ => throw new ArgumentException($"expected numbers, found {numbers.DataType}", nameof(numbers)),
    };

    private static double[] Convert<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        var converted = new double[values.Length];
        for (var i = 0; i < converted.Length; i++)
        {
            converted[i] = double.CreateTruncating(values[i]);
        }

        return converted;
    }
}

using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>Lists with 32-bit offsets into one child array.</summary>
public class ListArray : ArrowArray
{
    private readonly ArrowBuffer _offsets;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public ListArray(ArrayData data)
        : base(data)
    {
        if (data.DataType.Layout != ArrowLayout.List)
            throw new ArgumentException($"Expected array data of List or Map, found {data.DataType}.", nameof(data));
        _offsets = data.Buffers[1];
        Values = ArrowArrayFactory.BuildArray(data.Children[0]);
    }

    /// <summary>Length + 1 offsets into <see cref="Values"/>; the first need not be 0.</summary>
    public ReadOnlySpan<int> ValueOffsets => _offsets.As<int>().Slice(Offset, Length + 1);

    /// <summary>The whole child array, also items outside this slice.</summary>
    public IArrowArray Values { get; }

    /// <summary>Items of one list.</summary>
    public int GetValueLength(int index) => ValueOffsets[index + 1] - ValueOffsets[index];

    /// <summary>The items of one list, or null for a null list. Makes a new array; loops over rows take <see cref="ValueOffsets"/> and <see cref="Values"/> instead.</summary>
    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice(ValueOffsets[index], GetValueLength(index));

    /// <summary>Lists [offsets[k], offsets[k+1]) over <paramref name="values"/>, none null. Copies the offsets only.</summary>
    public static ListArray From(Field itemField, ReadOnlySpan<int> offsets, IArrowArray values) => From(itemField, offsets, values, default);

    /// <summary>As above; <paramref name="isValid"/> has one entry a list, or is empty for no nulls.</summary>
    public static ListArray From(Field itemField, ReadOnlySpan<int> offsets, IArrowArray values, ReadOnlySpan<bool> isValid)
    {
        OffsetRules.Require(itemField, offsets, values);
        int length = offsets.Length - 1;
        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, length);
        return new ListArray(new ArrayData(new ListType(itemField), length, nulls, 0, [validity, ArrowBuffer.Of(offsets)], [values.Data]));
    }

    /// <summary>Each list has <paramref name="itemsPerList"/> items; the item field is Rerun's: <c>item</c>, nullable.</summary>
    public static ListArray OfUniformLength(IArrowArray values, int itemsPerList)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(itemsPerList);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % itemsPerList, 0, nameof(itemsPerList));
        int length = values.Length / itemsPerList;
        var bytes = new byte[sizeof(int) * (length + 1)];
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        for (int k = 0; k < offsets.Length; k++)
            offsets[k] = k * itemsPerList;
        return new ListArray(new ArrayData(new ListType(values.DataType), length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(bytes)], [values.Data]));
    }
}

/// <summary>Lists of key and value entries.</summary>
public sealed class MapArray(ArrayData data) : ListArray(Checked(data, ArrowTypeId.Map))
{
    /// <summary>All entries, structs of a key and a value.</summary>
    public StructArray Entries => (StructArray)Values;

    /// <summary>The key of each entry.</summary>
    public IArrowArray Keys => Entries.Fields[0];

    /// <summary>The value of each entry.</summary>
    public IArrowArray Items => Entries.Fields[1];

    /// <summary>Maps of the entries [offsets[k], offsets[k+1]) of <paramref name="keys"/> and <paramref name="items"/>. Copies the offsets only.</summary>
    /// <param name="type">Of keys and items.</param>
    /// <param name="offsets">One more than there are maps.</param>
    /// <param name="keys">None null.</param>
    /// <param name="items">As many as keys.</param>
    /// <param name="isValid">One entry a map, or empty for no nulls.</param>
    /// <exception cref="ArgumentException">Keys or items are of another type than the map says, a key is null, or the offsets do not lie in them.</exception>
    public static MapArray From(MapType type, ReadOnlySpan<int> offsets, IArrowArray keys, IArrowArray items, ReadOnlySpan<bool> isValid = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.NullCount != 0)
            throw new ArgumentException($"Keys of a map are never null; found {keys.NullCount} nulls.", nameof(keys));
        var entries = StructArray.From((StructType)type.ValueDataType, [keys, items], keys.Length);
        OffsetRules.Require(type.ValueField, offsets, entries);
        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, offsets.Length - 1);
        return new MapArray(new ArrayData(type, offsets.Length - 1, nulls, 0, [validity, ArrowBuffer.Of(offsets)], [entries.Data]));
    }
}

/// <summary>Lists with 64-bit offsets.</summary>
public sealed class LargeListArray : ArrowArray
{
    private readonly ArrowBuffer _offsets;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public LargeListArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.LargeList))
    {
        _offsets = data.Buffers[1];
        Values = ArrowArrayFactory.BuildArray(data.Children[0]);
    }

    /// <summary>Length + 1 offsets into <see cref="Values"/>; the first need not be 0.</summary>
    public ReadOnlySpan<long> ValueOffsets => _offsets.As<long>().Slice(Offset, Length + 1);

    /// <summary>The whole child array, also items outside this slice.</summary>
    public IArrowArray Values { get; }

    /// <summary>Items of one list.</summary>
    public int GetValueLength(int index) => (int)(ValueOffsets[index + 1] - ValueOffsets[index]);

    /// <summary>The items of one list, or null for a null list.</summary>
    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice((int)ValueOffsets[index], GetValueLength(index));

    /// <summary>Lists [offsets[k], offsets[k+1]) over <paramref name="values"/>, none null. Copies the offsets only.</summary>
    /// <exception cref="ArgumentException">The values are of another type than the field says, or the offsets do not lie in them.</exception>
    public static LargeListArray From(Field itemField, ReadOnlySpan<long> offsets, IArrowArray values)
    {
        OffsetRules.Require(itemField, offsets, values);
        return new(new ArrayData(new LargeListType(itemField), offsets.Length - 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of(offsets)], [values.Data]));
    }
}

/// <summary>Lists of one length. List k holds the items [(Offset + k) · ListSize, …) of <see cref="Values"/>.</summary>
public sealed class FixedSizeListArray : ArrowArray
{
    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public FixedSizeListArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.FixedSizeList))
    {
        ListSize = ((FixedSizeListType)data.DataType).ListSize;
        Values = ArrowArrayFactory.BuildArray(data.Children[0]);
    }

    /// <summary>Items of one list.</summary>
    public int ListSize { get; }

    /// <summary>The whole child array; a slice of this array begins at item Offset · ListSize.</summary>
    public IArrowArray Values { get; }

    /// <summary>The items that belong to this slice, Length · ListSize of them.</summary>
    public IArrowArray SlicedValues => Values.Slice(Offset * ListSize, Length * ListSize);

    /// <summary>The items of one list, or null for a null list.</summary>
    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice((Offset + index) * ListSize, ListSize);

    /// <summary>List k holds the items [k · <paramref name="listSize"/>, …) of <paramref name="values"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The values are no multiple of the size.</exception>
    public static FixedSizeListArray From(Field itemField, int listSize, IArrowArray values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(listSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % listSize, 0, nameof(values));
        OffsetRules.RequireItemType(itemField, values);
        return new(new ArrayData(new FixedSizeListType(itemField, listSize), values.Length / listSize, 0, 0, [ArrowBuffer.Empty], [values.Data]));
    }

    /// <summary>As above; <paramref name="isValid"/> has one entry a list, or is empty for no nulls.</summary>
    public static FixedSizeListArray From(Field itemField, int listSize, IArrowArray values, ReadOnlySpan<bool> isValid)
    {
        FixedSizeListArray plain = From(itemField, listSize, values);
        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, plain.Length);
        return new(new ArrayData(plain.DataType, plain.Length, nulls, 0, [validity], [values.Data]));
    }
}

internal static class OffsetRules
{
    public static void RequireItemType(Field itemField, IArrowArray values)
    {
        if (itemField.DataType != values.DataType)
            throw new ArgumentException($"The item field is {itemField.DataType}, the values are {values.DataType}.", nameof(values));
    }

    public static void Require<T>(Field itemField, ReadOnlySpan<T> offsets, IArrowArray values)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        RequireItemType(itemField, values);
        ArgumentOutOfRangeException.ThrowIfZero(offsets.Length, nameof(offsets));
        T before = T.Zero;
        foreach (T offset in offsets)
        {
            if (offset < before || long.CreateSaturating(offset) > values.Length)
                throw new ArgumentException($"Offsets must rise within 0..{values.Length}; found {offset} after {before}.", nameof(offsets));
            before = offset;
        }
    }
}

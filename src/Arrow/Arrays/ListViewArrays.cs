namespace Strata.Arrow;

/// <summary>Lists given by offset and size each, in any order, with 32-bit numbers.</summary>
public sealed class ListViewArray : ArrowArray
{
    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public ListViewArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.ListView)) => Values = ArrowArrayFactory.BuildArray(data.Children[0]);

    /// <summary>Where each list begins in <see cref="Values"/>, in items; in any order.</summary>
    public ReadOnlySpan<int> ValueOffsets => Data.Buffers[1].As<int>().Slice(Offset, Length);

    /// <summary>Items of each list.</summary>
    public ReadOnlySpan<int> Sizes => Data.Buffers[2].As<int>().Slice(Offset, Length);

    /// <summary>The whole child array, also items outside this slice.</summary>
    public IArrowArray Values { get; }

    /// <summary>The items of one list, or null for a null list.</summary>
    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice(ValueOffsets[index], Sizes[index]);
}

/// <summary>Lists given by offset and size each, with 64-bit numbers.</summary>
public sealed class LargeListViewArray : ArrowArray
{
    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public LargeListViewArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.LargeListView)) => Values = ArrowArrayFactory.BuildArray(data.Children[0]);

    /// <summary>Where each list begins in <see cref="Values"/>, in items; in any order.</summary>
    public ReadOnlySpan<long> ValueOffsets => Data.Buffers[1].As<long>().Slice(Offset, Length);

    /// <summary>Items of each list.</summary>
    public ReadOnlySpan<long> Sizes => Data.Buffers[2].As<long>().Slice(Offset, Length);

    /// <summary>The whole child array, also items outside this slice.</summary>
    public IArrowArray Values { get; }

    /// <summary>The items of one list, or null for a null list.</summary>
    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice((int)ValueOffsets[index], (int)Sizes[index]);
}

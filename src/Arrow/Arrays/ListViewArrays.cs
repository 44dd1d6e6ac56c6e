namespace Strata.Arrow;

/// <summary>Lists given by offset and size each, in any order, with 32-bit numbers.</summary>
public sealed class ListViewArray : ArrowArray
{
    public ListViewArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.ListView)) => Values = ArrowArrayFactory.BuildArray(data.Children[0]);

    public ReadOnlySpan<int> ValueOffsets => Data.Buffers[1].As<int>().Slice(Offset, Length);

    public ReadOnlySpan<int> Sizes => Data.Buffers[2].As<int>().Slice(Offset, Length);

    public IArrowArray Values { get; }

    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice(ValueOffsets[index], Sizes[index]);
}

/// <summary>Lists given by offset and size each, with 64-bit numbers.</summary>
public sealed class LargeListViewArray : ArrowArray
{
    public LargeListViewArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.LargeListView)) => Values = ArrowArrayFactory.BuildArray(data.Children[0]);

    public ReadOnlySpan<long> ValueOffsets => Data.Buffers[1].As<long>().Slice(Offset, Length);

    public ReadOnlySpan<long> Sizes => Data.Buffers[2].As<long>().Slice(Offset, Length);

    public IArrowArray Values { get; }

    public IArrowArray? GetSlicedValues(int index) => IsNull(index) ? null : Values.Slice((int)ValueOffsets[index], (int)Sizes[index]);
}

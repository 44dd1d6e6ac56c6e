namespace Strata.Arrow;

/// <summary>How many bytes the values of an array take, without what lies around its slice.</summary>
public static class ArraySizes
{
    /// <summary>Bytes of all values, without padding.</summary>
    public static long BytesOf(IArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return BytesOf(array.Data, 0, array.Length);
    }

    /// <summary>Of <paramref name="length"/> values from <paramref name="start"/> on.</summary>
    public static long BytesOf(IArrowArray array, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(array);
        return BytesOf(array.Data, start, length);
    }

    private static long BytesOf(ArrayData data, int start, int length)
    {
        if (length == 0)
            return 0;
        int from = data.Offset + start;
        switch (data.DataType.Layout)
        {
            case ArrowLayout.Null:
                return 0;
            case ArrowLayout.Bits:
                return Bitmap.ByteCount(length);
            case ArrowLayout.Binary:
                ReadOnlySpan<int> ends = data.Buffers[1].As<int>();
                return 4L * length + ends[from + length] - ends[from];
            case ArrowLayout.LargeBinary:
                ReadOnlySpan<long> wideEnds = data.Buffers[1].As<long>();
                return 8L * length + wideEnds[from + length] - wideEnds[from];
            case ArrowLayout.List:
                ends = data.Buffers[1].As<int>();
                return 4L * length + BytesOf(data.Children[0], ends[from], ends[from + length] - ends[from]);
            case ArrowLayout.LargeList:
                wideEnds = data.Buffers[1].As<long>();
                return 8L * length + BytesOf(data.Children[0], (int)wideEnds[from], (int)(wideEnds[from + length] - wideEnds[from]));
            case ArrowLayout.FixedSizeList:
                int size = ((FixedSizeListType)data.DataType).ListSize;
                return BytesOf(data.Children[0], from * size, length * size);
            case ArrowLayout.Struct:
                return data.Children.Sum(child => BytesOf(child, from, length));
            case ArrowLayout.FixedWidth or ArrowLayout.Dictionary:
                return (long)length * data.DataType.ValueBytes;
            default:
                return Shared(data, length);
        }
    }

    // Views, unions and run ends: their values lie anywhere, so an even share of all of them stands for some.
    private static long Shared(ArrayData data, int length)
    {
        long all = data.Buffers.Sum(b => (long)b.Length) + data.Children.Sum(child => BytesOf(child, 0, child.Length));
        return data.Length == 0 ? 0 : all * length / data.Length;
    }
}

namespace Strata.Arrow;

/// <summary>Neighbouring items of one child array, taken some times over.</summary>
internal readonly record struct ItemRange(int Source, int Start, int Length, int Times);

internal static class ItemRanges
{
    /// <param name="children">The whole child arrays that ranges name by position.</param>
    /// <param name="length">Of the result: the sum of all ranges.</param>
    public static ArrayData Join(ArrowType type, ArrayData[] children, ReadOnlySpan<ItemRange> ranges, int length)
    {
        if (length == 0)
            return EmptyArrays.Of(type);
        return type.Layout == ArrowLayout.FixedWidth && !HasNulls(children, ranges) ? Copied(type, children, ranges, length) : Concatenated(children, ranges);
    }

    // Joints, counters, times: by far most of what recordings hold. One copy a range, and no array for each of them.
    private static ArrayData Copied(ArrowType type, ArrayData[] children, ReadOnlySpan<ItemRange> ranges, int length)
    {
        int width = type.ValueBytes;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(ArrayConcatenator.Bytes((long)length * width));
        int at = 0;
        foreach (ItemRange range in ranges)
        {
            ArrayData child = children[range.Source];
            ReadOnlySpan<byte> values = child.Buffers[1].Span.Slice((child.Offset + range.Start) * width, range.Length * width);
            for (int k = 0; k < range.Times; k++, at += values.Length)
                values.CopyTo(bytes.AsSpan(at));
        }

        return new ArrayData(type, length, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(bytes)]);
    }

    private static ArrayData Concatenated(ArrayData[] children, ReadOnlySpan<ItemRange> ranges)
    {
        var parts = new ArrayData[ranges.Length];
        for (int k = 0; k < parts.Length; k++)
            parts[k] = Repeated(children[ranges[k].Source].Slice(ranges[k].Start, ranges[k].Length), ranges[k].Times);
        return ArrayConcatenator.Concatenate(parts);
    }

    // By doubling: a static value stands in every row of a long recording, and one part for each would cost more than its bytes.
    private static ArrayData Repeated(ArrayData once, int times)
    {
        if (times == 1)
            return once;
        ArrayData half = Repeated(once, times / 2);
        return times % 2 == 0 ? ArrayConcatenator.Concatenate([half, half]) : ArrayConcatenator.Concatenate([half, half, once]);
    }

    private static bool HasNulls(ArrayData[] children, ReadOnlySpan<ItemRange> ranges)
    {
        foreach (ItemRange range in ranges)
        {
            if (children[range.Source].NullCount != 0)
                return true;
        }

        return false;
    }
}

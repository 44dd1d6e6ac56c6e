namespace Strata.Arrow;

/// <summary>
/// Arrays without what none of their values shows. Views, list views and dense unions find their values anywhere in their buffers and children, which a slice of
/// them therefore keeps, and writes, whole: a chunk cut in ten would become ten times as large.
/// </summary>
public static class ArrayTrimmer
{
    /// <summary>The same values. Where many of them lie over one another their bytes stay shared; what need not be copied is not.</summary>
    public static IArrowArray Trim(IArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return IsScattered(array.DataType) ? ArrowArrayFactory.BuildArray(Cut(array.Data, array.Data.Offset, array.Length)) : array;
    }

    /// <summary>Whether slices of arrays of this type may hold more than their values.</summary>
    public static bool IsScattered(ArrowType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Layout is ArrowLayout.View or ArrowLayout.ListView or ArrowLayout.LargeListView or ArrowLayout.DenseUnion || type switch
        {
            ListLikeType list => IsScattered(list.ValueDataType),
            StructType { Fields: var fields } => fields.Any(field => IsScattered(field.DataType)),
            UnionType { Fields: var fields } => fields.Any(field => IsScattered(field.DataType)),
            _ => false,
        };
    }

    /// <summary>The values [from, from + length), counted from the begin of the buffers.</summary>
    private static ArrayData Cut(ArrayData data, int from, int length)
    {
        if (!IsScattered(data.DataType))
            return data.Slice(from - data.Offset, length);
        switch (data.DataType.Layout)
        {
            case ArrowLayout.View:
                return ViewTrimmer.Cut(data, from, length);
            case ArrowLayout.List:
                return Lists<int>(data, from, length);
            case ArrowLayout.LargeList:
                return Lists<long>(data, from, length);
            case ArrowLayout.FixedSizeList:
                int size = ((FixedSizeListType)data.DataType).ListSize;
                return Made(data, from, length, [], Part(data.Children[0], from * size, length * size));
            case ArrowLayout.ListView:
                return ListViews<int>(data, from, length);
            case ArrowLayout.LargeListView:
                return ListViews<long>(data, from, length);
            case ArrowLayout.DenseUnion:
                return Union(data, from, length);
            case ArrowLayout.SparseUnion:
                return new ArrayData(data.DataType, length, 0, 0, [new(data.Buffers[0].Memory.Slice(from, length)), .. data.Buffers.Skip(1)], [.. data.Children.Select(child => Part(child, from, length))]);
            default:
                return Made(data, from, length, [], [.. data.Children.Select(child => Part(child, from, length))]);
        }
    }

    // Of a child, counted from its own offset.
    private static ArrayData Part(ArrayData child, int start, int length) => Cut(child, child.Offset + start, length);

    /// <summary>With the validity of the values moved to the begin of a buffer of its own.</summary>
    internal static ArrayData Made(ArrayData data, int from, int length, ArrowBuffer[] buffers, params ArrayData[] children)
    {
        ArrowBuffer validity = ArrowBuffer.Empty;
        int nulls = data.CountNulls(from, length);
        if (nulls > 0)
        {
            var bits = new byte[Bitmap.ByteCount(length)];
            Bitmap.Copy(data.Validity.Span, from, length, bits);
            validity = new ArrowBuffer(bits);
        }

        return new ArrayData(data.DataType, length, nulls, 0, [validity, .. buffers], children);
    }

    private static ArrayData Lists<T>(ArrayData data, int from, int length)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ReadOnlySpan<T> ends = data.Buffers[1].As<T>().Slice(from, length + 1);
        var moved = new T[ends.Length];
        for (int k = 0; k < moved.Length; k++)
            moved[k] = ends[k] - ends[0];
        return Made(data, from, length, [ArrowBuffer.Of<T>(moved)], Part(data.Children[0], int.CreateChecked(ends[0]), int.CreateChecked(moved[^1])));
    }

    private static ArrayData ListViews<T>(ArrayData data, int from, int length)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ReadOnlySpan<T> starts = data.Buffers[1].As<T>().Slice(from, length);
        ReadOnlySpan<T> sizes = data.Buffers[2].As<T>().Slice(from, length);
        (int first, int end) = (int.MaxValue, 0);
        for (int k = 0; k < length; k++)
        {
            if (!T.IsZero(sizes[k]))
                (first, end) = (Math.Min(first, int.CreateChecked(starts[k])), Math.Max(end, int.CreateChecked(starts[k] + sizes[k])));
        }

        first = Math.Min(first, end);
        var moved = new T[length];
        for (int k = 0; k < length; k++)
            moved[k] = T.IsZero(sizes[k]) ? T.Zero : starts[k] - T.CreateChecked(first);
        return Made(data, from, length, [ArrowBuffer.Of<T>(moved), ArrowBuffer.Of(sizes)], Part(data.Children[0], first, end - first));
    }

    private static ArrayData Union(ArrayData data, int from, int length)
    {
        ReadOnlyMemory<byte> ids = data.Buffers[0].Memory.Slice(from, length);
        ReadOnlySpan<int> places = data.Buffers[1].As<int>().Slice(from, length);
        var ranges = new (int First, int End)[sbyte.MaxValue + 1];
        ranges.AsSpan().Fill((int.MaxValue, 0));
        for (int k = 0; k < length; k++)
        {
            ref (int First, int End) range = ref ranges[ids.Span[k]];
            range = (Math.Min(range.First, places[k]), Math.Max(range.End, places[k] + 1));
        }

        var moved = new int[length];
        for (int k = 0; k < length; k++)
            moved[k] = places[k] - ranges[ids.Span[k]].First;
        IReadOnlyList<int> typeIds = ((UnionType)data.DataType).TypeIds;
        return new ArrayData(data.DataType, length, 0, 0, [new(ids), ArrowBuffer.Of<int>(moved)], [.. data.Children.Select((child, k) =>
        {
            (int first, int end) = ranges[typeIds[k]];
            return Part(child, Math.Min(first, end), end - Math.Min(first, end));
        })]);
    }
}

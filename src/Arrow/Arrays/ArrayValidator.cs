using System.Text;
using System.Text.Unicode;

namespace Strata.Arrow;

/// <summary>The values that point elsewhere must point inside: offsets, views, indices, type ids, run ends; text must be UTF-8. No array may be built over bytes that fail this.</summary>
internal static class ArrayValidator
{
    /// <summary>What is wrong with an unsliced array whose children are valid, or null.</summary>
    public static (string Expected, string Found)? FindFault(ArrayData data) => data.DataType.Layout switch
    {
        ArrowLayout.Binary => Offsets(data.Buffers[1].As<int>()[..(data.Length + 1)], data.Buffers[2].Length) ?? Text(data, data.Buffers[1].As<int>()),
        ArrowLayout.LargeBinary => Offsets(data.Buffers[1].As<long>()[..(data.Length + 1)], data.Buffers[2].Length) ?? Text(data, data.Buffers[1].As<long>()),
        ArrowLayout.List => Offsets(data.Buffers[1].As<int>()[..(data.Length + 1)], data.Children[0].Length),
        ArrowLayout.LargeList => Offsets(data.Buffers[1].As<long>()[..(data.Length + 1)], data.Children[0].Length),
        ArrowLayout.ListView => Ranges(data.Buffers[1].As<int>()[..data.Length], data.Buffers[2].As<int>(), data.Children[0].Length),
        ArrowLayout.LargeListView => Ranges(data.Buffers[1].As<long>()[..data.Length], data.Buffers[2].As<long>(), data.Children[0].Length),
        ArrowLayout.View => ViewRules.FindFault(data),
        ArrowLayout.Dictionary => Indices(data),
        ArrowLayout.DenseUnion or ArrowLayout.SparseUnion => Union(data),
        ArrowLayout.RunEndEncoded => RunEnds(data),
        _ => null,
    };

    /// <summary>The data, when nothing of it points outside: for arrays that a program makes.</summary>
    /// <exception cref="ArgumentException">Something does.</exception>
    public static ArrayData Require(ArrayData data) =>
        FindFault(data) is var (expected, found) ? throw new ArgumentException($"An array of {data.DataType} must have {expected}; found {found}.", nameof(data)) : data;

    private static (string, string)? Offsets(ReadOnlySpan<int> offsets, int end)
    {
        // One pass without branches over the good case; a single negative difference anywhere sets the sign bit.
        int before = offsets[0];
        int signs = before;
        foreach (int offset in offsets)
        {
            signs |= offset | (offset - before);
            before = offset;
        }

        if (signs >= 0 && before <= end)
            return null;
        return ($"offsets that rise within 0 to {end}", $"{offsets[0]} to {before}, or a step back between");
    }

    private static (string, string)? Offsets(ReadOnlySpan<long> offsets, int end)
    {
        long before = offsets[0];
        long signs = before;
        foreach (long offset in offsets)
        {
            signs |= offset | unchecked(offset - before);
            before = offset;
        }

        if (signs >= 0 && before <= end)
            return null;
        return ($"offsets that rise within 0 to {end}", $"{offsets[0]} to {before}, or a step back between");
    }

    private static (string, string)? Text<T>(ArrayData data, ReadOnlySpan<T> offsets)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        if (data.DataType.TypeId is not (ArrowTypeId.String or ArrowTypeId.LargeString))
            return null;
        int start = int.CreateChecked(offsets[0]);
        ReadOnlySpan<byte> all = data.Buffers[2].Span[start..int.CreateChecked(offsets[data.Length])];
        if (Ascii.IsValid(all))
            return null;
        if (!Utf8.IsValid(all))
            return ("text in UTF-8", "other bytes");
        foreach (T offset in offsets[..data.Length])
        {
            int at = int.CreateChecked(offset) - start;
            if (at < all.Length && (all[at] & 0xC0) == 0x80)
                return ("offsets between characters", $"one inside a character, at {at}");
        }

        return null;
    }

    private static (string, string)? Ranges<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<T> sizes, int end)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (int k = 0; k < offsets.Length; k++)
        {
            long offset = long.CreateChecked(offsets[k]);
            long size = long.CreateChecked(sizes[k]);
            if (offset < 0 || size < 0 || offset > end || size > end - offset)
                return ($"lists within 0 to {end}", $"{size} items at {offset}");
        }

        return null;
    }

    private static (string, string)? Indices(ArrayData data)
    {
        ReadOnlySpan<byte> validity = data.Validity.Span;
        int count = data.Dictionary!.Length;
        for (int k = 0; k < data.Length; k++)
        {
            if (!validity.IsEmpty && !Bitmap.Get(validity, k))
                continue;
            int index = DictionaryIndices.At(data, k);
            if (index < 0 || index >= count)
                return ($"indices into a dictionary of {count} values", $"one outside of it at row {k}");
        }

        return null;
    }

    private static (string, string)? Union(ArrayData data)
    {
        var type = (UnionType)data.DataType;
        Span<int> childLength = stackalloc int[256];
        childLength.Fill(-1);
        for (int k = 0; k < type.TypeIds.Count; k++)
            childLength[type.TypeIds[k]] = data.Children[k].Length;
        ReadOnlySpan<byte> ids = data.Buffers[0].Span;
        ReadOnlySpan<int> offsets = data.Buffers[1].As<int>();
        bool dense = type.Mode == UnionMode.Dense;
        for (int k = 0; k < data.Length; k++)
        {
            int length = childLength[ids[k]];
            if (length < 0)
                return ($"type ids of {type}", $"{(sbyte)ids[k]}");
            if (dense && (uint)offsets[k] >= (uint)length)
                return ($"offsets into a child of {length} values", $"{offsets[k]}");
        }

        return null;
    }

    private static (string, string)? RunEnds(ArrayData data)
    {
        ArrayData ends = data.Children[0];
        if (ends.NullCount != 0)
            return ("run ends without nulls", $"{ends.NullCount}");
        if (data.Children[1].Length < ends.Length)
            return ($"a value for each of {ends.Length} runs", $"{data.Children[1].Length}");
        long before = 0;
        for (int k = 0; k < ends.Length; k++)
        {
            long end = RunEndRules.EndAt(ends, k);
            if (end <= before)
                return ("run ends that rise from 1 on", $"{end} after {before}");
            before = end;
        }

        return before >= data.Length ? null : ($"runs up to {data.Length}", $"the last one ends at {before}");
    }
}

using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>Joins arrays of one type into one.</summary>
public static class ArrayConcatenator
{
    /// <exception cref="ArgumentException">No array, or arrays of different types.</exception>
    /// <exception cref="ArrowFormatException">The result would be too long for its offsets.</exception>
    public static IArrowArray Concatenate(IReadOnlyList<IArrowArray> arrays) => ArrowArrayFactory.BuildArray(Concatenate([.. arrays.Select(a => a.Data)]));

    internal static ArrayData Concatenate(ArrayData[] parts)
    {
        if (parts.Length == 0)
            throw new ArgumentException("At least one array is needed.", nameof(parts));
        ArrowType type = parts[0].DataType;
        foreach (ArrayData part in parts)
        {
            if (part.DataType != type)
                throw new ArgumentException($"All arrays must be {type}; found {part.DataType}.", nameof(parts));
        }

        return parts.Length == 1 ? parts[0] : Join(type, parts, TotalLength(parts));
    }

    private static ArrayData Join(ArrowType type, ArrayData[] parts, int length)
    {
        switch (type.Layout)
        {
            case ArrowLayout.Null:
                return new ArrayData(type, length, length, 0, []);
            case ArrowLayout.DenseUnion or ArrowLayout.SparseUnion:
                return UnionConcatenation.Join((UnionType)type, parts, length);
            case ArrowLayout.RunEndEncoded:
                return Runs((RunEndEncodedType)type, parts, length);
        }

        (ArrowBuffer validity, int nulls) = Validity(parts, length);
        ArrayData Made(ArrowBuffer[] buffers, ArrayData[]? children = null, ArrayData? dictionary = null) =>
            new(type, length, nulls, 0, [validity, .. buffers], children, dictionary);
        switch (type.Layout)
        {
            case ArrowLayout.Bits:
                return Made([Bits(parts, length)]);
            case ArrowLayout.FixedWidth:
                return Made([Raw(parts, 1, type.ValueBytes, length)]);
            case ArrowLayout.Binary or ArrowLayout.LargeBinary:
                (ArrowBuffer offsets, List<(int Start, int Length)> ranges) = Offsets(parts, length, type.Layout == ArrowLayout.LargeBinary);
                return Made([offsets, Bytes(parts, ranges)]);
            case ArrowLayout.List or ArrowLayout.LargeList:
                (offsets, ranges) = Offsets(parts, length, type.Layout == ArrowLayout.LargeList);
                return Made([offsets], [Concatenate([.. parts.Select((p, k) => p.Children[0].Slice(ranges[k].Start, ranges[k].Length))])]);
            case ArrowLayout.FixedSizeList:
                int size = ((FixedSizeListType)type).ListSize;
                return Made([], [Concatenate([.. parts.Select(p => p.Children[0].Slice(p.Offset * size, p.Length * size))])]);
            case ArrowLayout.Struct:
                return Made([], [.. Enumerable.Range(0, parts[0].Children.Count).Select(c => Concatenate([.. parts.Select(p => p.Children[c].Slice(p.Offset, p.Length))]))]);
            case ArrowLayout.Dictionary:
                return DictionaryConcatenation.Join((DictionaryType)type, parts, length, validity, nulls);
            case ArrowLayout.View:
                return Made(ViewConcatenation.Join(parts, length));
            default:
                (ArrayData items, int[] starts) = DistinctChildren.Join(parts, 0);
                return Made(ViewConcatenation.JoinLists(parts, starts, length, type.Layout == ArrowLayout.LargeListView), [items]);
        }
    }

    internal static ArrowBuffer Raw(ArrayData[] parts, int buffer, int width, int length)
    {
        var bytes = new byte[Bytes((long)length * width)];
        int at = 0;
        foreach (ArrayData part in parts)
        {
            part.Buffers[buffer].Span.Slice(part.Offset * width, part.Length * width).CopyTo(bytes.AsSpan(at));
            at += part.Length * width;
        }

        return new ArrowBuffer(bytes);
    }

    internal static int Bytes(long wanted) =>
        wanted <= ArrowLimits.MaxStreamBytes ? (int)wanted : throw new ArrowFormatException(-1, $"buffers of at most {ArrowLimits.MaxStreamBytes} bytes", $"{wanted}");

    private static int TotalLength(ArrayData[] parts)
    {
        long total = parts.Sum(p => (long)p.Length);
        return total <= ArrowLimits.MaxRows ? (int)total : throw new ArrowFormatException(-1, $"at most {ArrowLimits.MaxRows} values in an array", $"{total}");
    }

    private static (ArrowBuffer Validity, int Nulls) Validity(ArrayData[] parts, int length)
    {
        int nulls = parts.Sum(p => p.NullCount);
        if (nulls == 0)
            return (ArrowBuffer.Empty, 0);
        var bits = new byte[Bitmap.ByteCount(length)];
        int at = 0;
        foreach (ArrayData part in parts)
        {
            if (part.NullCount == 0)
                Bitmap.SetRange(bits, at, part.Length);
            else
                Bitmap.CopyTo(part.Validity.Span, part.Offset, part.Length, bits, at);
            at += part.Length;
        }

        return (new ArrowBuffer(bits), nulls);
    }

    private static ArrowBuffer Bits(ArrayData[] parts, int length)
    {
        var bits = new byte[Bitmap.ByteCount(length)];
        int at = 0;
        foreach (ArrayData part in parts)
        {
            Bitmap.CopyTo(part.Buffers[1].Span, part.Offset, part.Length, bits, at);
            at += part.Length;
        }

        return new ArrowBuffer(bits);
    }

    private static (ArrowBuffer Offsets, List<(int Start, int Length)> Ranges) Offsets(ArrayData[] parts, int length, bool large)
    {
        var bytes = new byte[Bytes((length + 1L) * (large ? 8 : 4))];
        Span<int> narrow = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        Span<long> wide = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
        var ranges = new List<(int, int)>(parts.Length);
        long end = 0;
        int at = 1;
        foreach (ArrayData part in parts)
        {
            ReadOnlySpan<int> narrowFrom = large ? default : part.Buffers[1].As<int>().Slice(part.Offset, part.Length + 1);
            ReadOnlySpan<long> wideFrom = large ? part.Buffers[1].As<long>().Slice(part.Offset, part.Length + 1) : default;
            long first = large ? wideFrom[0] : narrowFrom[0];
            long last = large ? wideFrom[^1] : narrowFrom[^1];
            if (end + last - first > int.MaxValue)
                throw new ArrowFormatException(-1, $"at most {int.MaxValue} items or bytes under one array", $"{end + last - first}");
            for (int k = 1; k <= part.Length; k++, at++)
            {
                if (large)
                    wide[at] = wideFrom[k] - first + end;
                else
                    narrow[at] = (int)(narrowFrom[k] - first + end);
            }

            ranges.Add(((int)first, (int)(last - first)));
            end += last - first;
        }

        return (new ArrowBuffer(bytes), ranges);
    }

    private static ArrowBuffer Bytes(ArrayData[] parts, List<(int Start, int Length)> ranges)
    {
        var bytes = new byte[Bytes(ranges.Sum(r => (long)r.Length))];
        int at = 0;
        for (int k = 0; k < parts.Length; k++)
        {
            parts[k].Buffers[2].Span.Slice(ranges[k].Start, ranges[k].Length).CopyTo(bytes.AsSpan(at));
            at += ranges[k].Length;
        }

        return new ArrowBuffer(bytes);
    }

    private static ArrayData Runs(RunEndEncodedType type, ArrayData[] parts, int length)
    {
        var ends = new List<long>();
        var values = new List<ArrayData>();
        long at = 0;
        foreach (ArrayData part in parts)
        {
            (ArrayData cut, ArrayData cutValues) = RunEndSlices.Cut(part, part.Offset, part.Length);
            for (int k = 0; k < cut.Length; k++)
                ends.Add(at + RunEndRules.EndAt(cut, k));
            values.Add(cutValues);
            at += part.Length;
        }

        long max = type.RunEndsField.DataType.TypeId == ArrowTypeId.Int16 ? short.MaxValue : int.MaxValue;
        if (at > max)
            throw new ArrowFormatException(-1, $"at most {max} values under run ends of {type.RunEndsField.DataType}", $"{at}");
        return new ArrayData(type, length, 0, 0, [], [RunEndSlices.EndsOf(type.RunEndsField.DataType, [.. ends]), Concatenate([.. values])]);
    }
}

using System.Runtime.InteropServices;

namespace Strata.Arrow;

internal static class UnionConcatenation
{
    public static ArrayData Join(UnionType type, ArrayData[] parts, int length)
    {
        ArrowBuffer typeIds = ArrayConcatenator.Raw(parts, 0, 1, length);
        int children = type.Fields.Count;
        var joined = new ArrayData[children];
        if (type.Mode == UnionMode.Sparse)
        {
            for (int c = 0; c < children; c++)
                joined[c] = ArrayConcatenator.Concatenate([.. parts.Select(p => p.Children[c].Slice(p.Offset, p.Length))]);
            return new ArrayData(type, length, 0, 0, [typeIds, ArrowBuffer.Empty], joined);
        }

        for (int c = 0; c < children; c++)
            joined[c] = ArrayConcatenator.Concatenate([.. parts.Select(p => p.Children[c])]);
        return new ArrayData(type, length, 0, 0, [typeIds, Offsets(type, parts, length)], joined);
    }

    private static ArrowBuffer Offsets(UnionType type, ArrayData[] parts, int length)
    {
        var bytes = new byte[4 * length];
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        Span<int> moved = stackalloc int[128];
        int at = 0;
        foreach (ArrayData part in parts)
        {
            ReadOnlySpan<byte> ids = part.Buffers[0].Span.Slice(part.Offset, part.Length);
            ReadOnlySpan<int> from = part.Buffers[1].As<int>().Slice(part.Offset, part.Length);
            for (int k = 0; k < part.Length; k++)
                offsets[at++] = from[k] + moved[ids[k]];
            for (int c = 0; c < part.Children.Count; c++)
                moved[type.TypeIds[c]] += part.Children[c].Length;
        }

        return new ArrowBuffer(bytes);
    }
}

internal static class DictionaryConcatenation
{
    /// <summary>Keeps a shared dictionary; different ones are appended and the indices moved.</summary>
    public static ArrayData Join(DictionaryType type, ArrayData[] parts, int length, ArrowBuffer validity, int nulls)
    {
        if (parts.All(p => ReferenceEquals(p.Dictionary, parts[0].Dictionary)))
            return new ArrayData(type, length, nulls, 0, [validity, ArrayConcatenator.Raw(parts, 1, type.ValueBytes, length)], null, parts[0].Dictionary);
        ArrayData values = ArrayConcatenator.Concatenate([.. parts.Select(p => p.Dictionary!)]);
        var bytes = new byte[ArrayConcatenator.Bytes((long)length * type.ValueBytes)];
        int at = 0;
        int moved = 0;
        foreach (ArrayData part in parts)
        {
            for (int k = 0; k < part.Length; k++, at++)
            {
                bool valid = part.Validity.IsEmpty || Bitmap.Get(part.Validity.Span, part.Offset + k);
                Write(type, bytes, at, valid ? DictionaryIndices.At(part, k) + (long)moved : 0);
            }

            moved += part.Dictionary!.Length;
        }

        return new ArrayData(type, length, nulls, 0, [validity, new ArrowBuffer(bytes)], null, values);
    }

    private static void Write(DictionaryType type, Span<byte> bytes, int at, long index)
    {
        long max = type.IndexType.TypeId switch
        {
            ArrowTypeId.Int8 => sbyte.MaxValue,
            ArrowTypeId.UInt8 => byte.MaxValue,
            ArrowTypeId.Int16 => short.MaxValue,
            ArrowTypeId.UInt16 => ushort.MaxValue,
            _ => int.MaxValue,
        };
        if (index > max)
            throw new ArrowFormatException(-1, $"dictionaries that together fit indices of {type.IndexType}", $"index {index}");
        Span<byte> little = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(little, index);
        little[..type.ValueBytes].CopyTo(bytes[(at * type.ValueBytes)..]);
    }
}

internal static class ViewConcatenation
{
    /// <summary>Views with their buffer numbers moved, then the data buffers of all parts.</summary>
    public static ArrowBuffer[] Join(ArrayData[] parts, int length)
    {
        byte[] views = ArrayConcatenator.Raw(parts, 1, BinaryViewArray.ViewBytes, length).Memory.ToArray();
        var data = new List<ArrowBuffer>();
        int at = 0;
        foreach (ArrayData part in parts)
        {
            for (int k = 0; k < part.Length; k++, at++)
            {
                Span<int> view = MemoryMarshal.Cast<byte, int>(views.AsSpan(at * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes));
                if (view[0] > BinaryViewArray.InlineBytes)
                    view[2] += data.Count;
            }

            data.AddRange(part.Buffers.Skip(2));
        }

        return [new ArrowBuffer(views), .. data];
    }

    /// <summary>Offsets moved by the children before, and sizes.</summary>
    public static ArrowBuffer[] JoinLists(ArrayData[] parts, int length, bool large)
    {
        int width = large ? 8 : 4;
        byte[] offsets = ArrayConcatenator.Raw(parts, 1, width, length).Memory.ToArray();
        Span<int> narrow = MemoryMarshal.Cast<byte, int>(offsets.AsSpan());
        Span<long> wide = MemoryMarshal.Cast<byte, long>(offsets.AsSpan());
        int at = 0;
        int moved = 0;
        foreach (ArrayData part in parts)
        {
            for (int k = 0; k < part.Length; k++, at++)
            {
                if (large)
                    wide[at] += moved;
                else
                    narrow[at] += moved;
            }

            moved += part.Children[0].Length;
        }

        return [new ArrowBuffer(offsets), ArrayConcatenator.Raw(parts, 2, width, length)];
    }
}

using System.Runtime.InteropServices;

namespace Strata.Arrow;

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

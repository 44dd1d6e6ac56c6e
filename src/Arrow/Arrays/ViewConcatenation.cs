using System.Runtime.InteropServices;

namespace Strata.Arrow;

internal static class ViewConcatenation
{
    /// <summary>Views with their buffer numbers moved, then the data buffers of all parts; those of slices of one array once.</summary>
    public static ArrowBuffer[] Join(ArrayData[] parts, int length)
    {
        byte[] views = ArrayConcatenator.Raw(parts, 1, BinaryViewArray.ViewBytes, length).Memory.ToArray();
        var data = new List<ArrowBuffer>();
        var known = new Dictionary<IReadOnlyList<ArrowBuffer>, int>(ReferenceEqualityComparer.Instance);
        int at = 0;
        foreach (ArrayData part in parts)
        {
            if (!known.TryGetValue(part.Buffers, out int first))
            {
                known.Add(part.Buffers, first = data.Count);
                data.AddRange(part.Buffers.Skip(2));
            }

            for (int k = 0; k < part.Length; k++, at++)
            {
                Span<int> view = MemoryMarshal.Cast<byte, int>(views.AsSpan(at * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes));
                if (view[0] > BinaryViewArray.InlineBytes)
                    view[2] += first;
            }
        }

        return [new ArrowBuffer(views), .. data];
    }

    /// <summary>Offsets moved to where each part's items are, and sizes.</summary>
    public static ArrowBuffer[] JoinLists(ArrayData[] parts, ReadOnlySpan<int> starts, int length, bool large)
    {
        int width = large ? 8 : 4;
        byte[] offsets = ArrayConcatenator.Raw(parts, 1, width, length).Memory.ToArray();
        Span<int> narrow = MemoryMarshal.Cast<byte, int>(offsets.AsSpan());
        Span<long> wide = MemoryMarshal.Cast<byte, long>(offsets.AsSpan());
        int at = 0;
        for (int part = 0; part < parts.Length; part++)
        {
            for (int k = 0; k < parts[part].Length; k++, at++)
            {
                if (large)
                    wide[at] += starts[part];
                else
                    narrow[at] += starts[part];
            }
        }

        return [new ArrowBuffer(offsets), ArrayConcatenator.Raw(parts, 2, width, length)];
    }
}

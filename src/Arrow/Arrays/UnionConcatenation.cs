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

        var starts = new int[children][];
        for (int c = 0; c < children; c++)
            (joined[c], starts[c]) = DistinctChildren.Join(parts, c);
        return new ArrayData(type, length, 0, 0, [typeIds, Offsets(type, parts, starts, length)], joined);
    }

    private static ArrowBuffer Offsets(UnionType type, ArrayData[] parts, int[][] starts, int length)
    {
        var bytes = new byte[4 * length];
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        Span<int> moved = stackalloc int[128];
        int at = 0;
        for (int part = 0; part < parts.Length; part++)
        {
            ReadOnlySpan<byte> ids = parts[part].Buffers[0].Span.Slice(parts[part].Offset, parts[part].Length);
            ReadOnlySpan<int> from = parts[part].Buffers[1].As<int>().Slice(parts[part].Offset, parts[part].Length);
            for (int c = 0; c < starts.Length; c++)
                moved[type.TypeIds[c]] = starts[c][part];
            for (int k = 0; k < ids.Length; k++)
                offsets[at++] = from[k] + moved[ids[k]];
        }

        return new ArrowBuffer(bytes);
    }
}

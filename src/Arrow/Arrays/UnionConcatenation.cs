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

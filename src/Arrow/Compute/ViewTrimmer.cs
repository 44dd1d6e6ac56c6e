using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>
/// Views with as little of their buffers as shows all of them: of a buffer whose views are less than the part of it in which they lie, a copy of what they show; else that part, without a copy.
/// </summary>
internal static class ViewTrimmer
{
    public static ArrayData Cut(ArrayData data, int from, int length)
    {
        var uses = new Use[data.Buffers.Count - 2];
        uses.AsSpan().Fill(new Use(0, int.MaxValue, 0));
        for (int k = from; k < from + length; k++)
        {
            ReadOnlySpan<int> view = View(data, k);
            if (view[0] > BinaryViewArray.InlineBytes)
                uses[view[2]] = uses[view[2]].With(view[3], view[0]);
        }

        byte[][] copies = [.. uses.Select(use => use.IsCopied ? GC.AllocateUninitializedArray<byte>((int)use.Shown) : [])];
        var written = new int[uses.Length];
        const int words = BinaryViewArray.ViewBytes / sizeof(int);
        var views = new int[length * words];
        for (int k = 0; k < length; k++)
        {
            Span<int> moved = views.AsSpan(words * k, words);
            View(data, from + k).CopyTo(moved);
            if (moved[0] <= BinaryViewArray.InlineBytes)
                continue;
            int buffer = moved[2];
            if (uses[buffer].IsCopied)
            {
                data.Buffers[2 + buffer].Span.Slice(moved[3], moved[0]).CopyTo(copies[buffer].AsSpan(written[buffer]));
                moved[3] = written[buffer];
                written[buffer] += moved[0];
            }
            else
            {
                moved[3] -= uses[buffer].Start;
            }
        }

        return ArrayTrimmer.Made(data, from, length,
            [ArrowBuffer.Of<int>(views), .. uses.Select((use, k) => new ArrowBuffer(use.IsCopied ? copies[k] : data.Buffers[2 + k].Memory.Slice(use.Start, use.Length)))]);
    }

    // What stands in the place of a null may be anything: it shows nothing.
    private static ReadOnlySpan<int> View(ArrayData data, int at)
    {
        ReadOnlySpan<byte> validity = data.Validity.Span;
        return validity.IsEmpty || Bitmap.Get(validity, at)
            ? MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span.Slice(at * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes))
            : Nothing;
    }

    private static ReadOnlySpan<int> Nothing => [0, 0, 0, 0];

    /// <summary>Of one buffer: how many bytes its views show, each view counted, and between which places they lie.</summary>
    private readonly record struct Use(long Shown, int First, int End)
    {
        public int Start => Math.Min(First, End);

        public int Length => End - Start;

        public bool IsCopied => Shown < Length;

        public Use With(int start, int length) => new(Shown + length, Math.Min(First, start), Math.Max(End, start + length));
    }
}

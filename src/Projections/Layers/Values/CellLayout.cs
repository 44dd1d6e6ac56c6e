using Strata.Arrow;

namespace Strata.Projections.Layers.Values;

/// <summary>Where the buffers of an array lie in the message that holds it. Messages whose metadata are equal byte for byte share it.</summary>
/// <param name="Buffers">Offset and length of each buffer; length 0 where it is absent.</param>
internal sealed record CellLayout(int Nulls, (int Offset, int Length)[] Buffers, CellLayout[] Children)
{
    /// <param name="data">Slices of <paramref name="message"/>.</param>
    public static CellLayout Of(ReadOnlySpan<byte> message, ArrayData data)
    {
        var buffers = new (int, int)[data.Buffers.Count];
        for (var i = 0; i < buffers.Length; i++)
        {
            var buffer = data.Buffers[i].Span;
            buffers[i] = message.Overlaps(buffer, out var offset) ? (offset, buffer.Length) : (0, 0);
        }

        var children = new CellLayout[data.Children.Count];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = Of(message, data.Children[i]);
        }

        return new(data.NullCount, buffers, children);
    }

    public ReadOnlySpan<byte> Buffer(ReadOnlySpan<byte> message, int index) => message.Slice(Buffers[index].Offset, Buffers[index].Length);

    public bool IsValid(ReadOnlySpan<byte> message, int index) => Nulls == 0 || Bitmap.Get(Buffer(message, 0), index);
}

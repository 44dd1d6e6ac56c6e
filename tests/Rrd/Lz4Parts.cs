namespace Strata.Rrd.Tests;

/// <summary>Decodes a block that comes in parts, as who reads it from a file does.</summary>
internal static class Lz4Parts
{
    /// <param name="partBytes">As many more bytes of the block are there each time, besides those that were left.</param>
    public static byte[] Decode(byte[] block, int partBytes, int room)
    {
        var output = new byte[room];
        var (start, end, position) = (0, 0, Lz4BlockPosition.Start);
        do
        {
            end = Math.Min(block.Length, end + partBytes);
            start += Lz4BlockDecoder.DecodePart(block.AsSpan(start..end), end == block.Length, output, ref position);
        }
        while (end < block.Length);
        start.ShouldBe(block.Length);
        return output[..position.Decoded];
    }
}

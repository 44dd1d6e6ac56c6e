using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>A chunk as the Arrow IPC stream of a message, never larger than readers take. Source: rrd-format §3, §11.</summary>
internal static class ChunkEncoding
{
    private const string InSeveral = "No reader takes a larger one: send its rows in several chunks.";

    // Smaller ones are not measured before they are encoded: alignment and schema do not make four times as much of them.
    private const int MeasuredBytes = RrdLimits.MaxUncompressedBytes / 4;

    /// <summary>The caller gives the borrowed bytes back.</summary>
    /// <exception cref="ChunkRefusedException">The chunk is too large.</exception>
    public static EncodedChunk Encode(Chunk chunk)
    {
        var batch = ChunkBatch.From(chunk);
        if (ChunkSizes.BytesOf(chunk) > MeasuredBytes)
        {
            RequireSize(chunk, Measure(batch), RrdLimits.MaxUncompressedBytes);
        }
        return EncodedChunk.Of(batch);
    }

    /// <param name="chunk">What is in the message.</param>
    /// <param name="bytes">Of the message as it would be stored.</param>
    /// <exception cref="ChunkRefusedException">The message is too large.</exception>
    public static void RequireMessageSize(Chunk chunk, long bytes) => RequireSize(chunk, bytes, RrdLimits.MaxMessageBytes);

    private static void RequireSize(Chunk chunk, long bytes, int most)
    {
        if (bytes > most)
        {
            throw new ChunkRefusedException(chunk.EntityPath, $"a chunk of at most {most} bytes", $"one of {(bytes == long.MaxValue ? "more than an array can hold" : $"{bytes}")} in {chunk.NumRows} rows", InSeveral);
        }
    }

    private static long Measure(RecordBatch batch)
    {
        try
        {
            return ArrowStreamWriter.MeasureStream(batch);
        }
        catch (ArrowFormatException)
        {
            return long.MaxValue;
        }
    }
}

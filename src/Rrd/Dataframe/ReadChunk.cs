namespace Strata.Rrd.Dataframe;

internal static class ReadChunk
{
    private const string OtherFile = "The file has changed since it was registered, or its footer is wrong: rerun rrd verify FILE tells.";

    /// <exception cref="RrdFormatException">It is not the chunk that the index promises.</exception>
    public static async ValueTask<Chunk> AsPickedAsync(ChunkPick pick, CancellationToken cancellationToken)
    {
        var chunk = await pick.Layer.ReadChunkAsync(pick.Entry, cancellationToken).ConfigureAwait(false);
        if (chunk.EntityPath != pick.Entry.EntityPath)
        {
            throw new RrdFormatException(pick.Entry.ByteOffset, $"a chunk of the entity {pick.Entry.EntityPath}", $"one of {chunk.EntityPath}", OtherFile);
        }
        return chunk.IsStatic == pick.Entry.IsStatic
            ? chunk
            : throw new RrdFormatException(pick.Entry.ByteOffset, pick.Entry.IsStatic ? "a static chunk" : "a chunk with timelines", chunk.IsStatic ? "a static one" : "one with timelines", OtherFile);
    }

    /// <summary>Rows before that time have been given already: the index said that this chunk has none there.</summary>
    public static RrdFormatException TooEarly(ChunkPick pick, string index, long expected, long found) =>
        new(pick.Entry.ByteOffset, $"times from {expected} on in the index '{index}', as the footer says", $"{found}", OtherFile);
}

namespace Strata.Rrd.Editing;

/// <summary>A chunk between input and output.</summary>
/// <param name="Stored">The message that holds exactly this chunk, in the form of today; null: it is encoded anew.</param>
internal sealed record EditedChunk(StoreId Store, Chunk Chunk, ArrowMsg? Stored)
{
    /// <summary>Another chunk in its place.</summary>
    public EditedChunk With(Chunk chunk) => ReferenceEquals(chunk, Chunk) ? this : new(Store, chunk, null);
}

namespace Strata.Rrd.Editing;

/// <summary>What becomes of chunks between input and output. A chunk that is given back as it came keeps its stored bytes, however long it was held back.</summary>
internal interface IChunkStep
{
    /// <summary>What can be written now.</summary>
    IEnumerable<EditedChunk> Take(EditedChunk chunk);

    /// <summary>What was held back, once all inputs are read.</summary>
    IEnumerable<EditedChunk> End();
}

/// <summary>Every chunk as it is.</summary>
internal sealed class KeepChunks : IChunkStep
{
    public IEnumerable<EditedChunk> Take(EditedChunk chunk) => [chunk];

    public IEnumerable<EditedChunk> End() => [];
}

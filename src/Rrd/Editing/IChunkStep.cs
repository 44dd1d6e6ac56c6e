namespace Strata.Rrd.Editing;

/// <summary>What becomes of chunks between input and output. A chunk that is given back as it came keeps its stored bytes.</summary>
internal interface IChunkStep
{
    /// <summary>What can be written now.</summary>
    IEnumerable<StoredChunk> Take(StoredChunk chunk);

    /// <summary>What was held back, once all inputs are read.</summary>
    IEnumerable<StoredChunk> End();
}

/// <summary>Every chunk as it is.</summary>
internal sealed class KeepChunks : IChunkStep
{
    public IEnumerable<StoredChunk> Take(StoredChunk chunk) => [chunk];

    public IEnumerable<StoredChunk> End() => [];
}

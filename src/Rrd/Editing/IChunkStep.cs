using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>What becomes of chunks between input and output; what that costs is taken from the budget, which all inputs earned. A chunk that is given back as it came keeps its stored bytes, however long it was held back.</summary>
internal interface IChunkStep
{
    /// <summary>What can be written now.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent.</exception>
    IEnumerable<EditedChunk> Take(EditedChunk chunk, ValueBudget budget);

    /// <summary>What was held back, once all inputs are read.</summary>
    IEnumerable<EditedChunk> End(ValueBudget budget);
}

/// <summary>Every chunk as it is.</summary>
internal sealed class KeepChunks : IChunkStep
{
    public IEnumerable<EditedChunk> Take(EditedChunk chunk, ValueBudget budget) => [chunk];

    public IEnumerable<EditedChunk> End(ValueBudget budget) => [];
}

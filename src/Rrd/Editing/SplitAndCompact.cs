using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>Joins chunks, parts heavy archetypes from light ones, and joins the parts again: what is left of a large chunk without its images is small.</summary>
internal sealed class SplitAndCompact(CompactionLimits limits, double ratio) : IChunkStep
{
    private readonly ChunkCompactor _chunks = new(limits);
    private readonly ChunkCompactor _parts = new(limits);
    private readonly ArchetypeSplitter _splitter = new(ratio);

    public IEnumerable<EditedChunk> Take(EditedChunk chunk, ValueBudget budget) => _chunks.Take(chunk, budget).SelectMany(taken => Split(taken, budget));

    // The parts end when all of them are there, and not before.
    public IEnumerable<EditedChunk> End(ValueBudget budget)
    {
        foreach (var chunk in _chunks.End(budget).SelectMany(ended => Split(ended, budget)))
        {
            yield return chunk;
        }
        foreach (var part in _parts.End(budget))
        {
            yield return part;
        }
    }

    private IEnumerable<EditedChunk> Split(EditedChunk stored, ValueBudget budget)
    {
        var parts = _splitter.Split(stored.Chunk);
        return parts.Count == 1 ? [stored] : parts.SelectMany(part => _parts.Take(stored.With(ChunkRows.Detached(part, stored.Chunk)), budget));
    }
}

using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>What is left out of recordings.</summary>
/// <param name="Timelines">Names of timelines. A chunk that has no others becomes static.</param>
/// <param name="Entities">Entities by path; <c>/camera/**</c> is that one and all below it.</param>
public sealed record FilterRules(IReadOnlySet<string> Timelines, IReadOnlyList<string> Entities);

/// <summary>Recordings without some of their timelines and entities. Chunks keep their ids and their rows. As <c>rerun rrd filter</c>.</summary>
public static class RecordingFilter
{
    private const string AllBelow = "/**";

    /// <exception cref="RecordingInputException">An input cannot be read, and nobody said to go on.</exception>
    public static Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, Stream output, FilterRules rules, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(options);
        return new RecordingRewriter(output, options, new Step(rules)).RunAsync(inputs, cancellationToken);
    }

    private sealed class Step(FilterRules rules) : IChunkStep
    {
        private readonly HashSet<EntityPath> _entities = [.. rules.Entities.Where(entity => !entity.EndsWith(AllBelow, StringComparison.Ordinal)).Select(EntityPath.Parse)];
        private readonly EntityPath[] _trees = [.. rules.Entities.Where(entity => entity.EndsWith(AllBelow, StringComparison.Ordinal)).Select(entity => EntityPath.Parse(entity[..^AllBelow.Length]))];

        public IEnumerable<EditedChunk> Take(EditedChunk stored, ValueBudget budget)
        {
            var chunk = stored.Chunk;
            if (_entities.Contains(chunk.EntityPath) || _trees.Any(chunk.EntityPath.StartsWith))
            {
                yield break;
            }
            yield return chunk.Timelines.Any(timeline => rules.Timelines.Contains(timeline.Name))
                ? stored.With(new Chunk(chunk.Id, chunk.EntityPath, chunk.RowIds, chunk.Timelines.Where(timeline => !rules.Timelines.Contains(timeline.Name)), chunk.Components))
                : stored;
        }

        public IEnumerable<EditedChunk> End(ValueBudget budget) => [];
    }
}

using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace Strata.DerivationWorkers;

/// <summary>What the inputs' chunks log of one column.</summary>
internal static class LoggedColumns
{
    /// <summary>All chunks of all inputs.</summary>
    public static IEnumerable<Chunk> AllOf(IReadOnlyList<InputLayer> inputs) => inputs.SelectMany(input => input.Chunks);

    /// <summary>Chunks with at least one row of this column, static ones too, over all inputs.</summary>
    public static IReadOnlyList<Chunk> ChunksOf(IReadOnlyList<InputLayer> inputs, EntityColumn column) =>
        [.. AllOf(inputs)
            .Where(chunk => chunk.NumRows > 0 && chunk.EntityPath == column.Entity && chunk.Component(column.Component) is not null)];

    /// <summary>Whether a deriver of these columns reads a column of the recording: one of them, or what clears one, as in Rerun's reader of just these entities.</summary>
    public static bool Reads(EntityColumn column, IEnumerable<EntityColumn> wanted) =>
        wanted.Any(want => want.Entity == column.Entity && column.Component is var component && (component == want.Component || component == ComponentSeries.ClearComponent));

    /// <summary>Null when the column can give rows over time; else why not, in words.</summary>
    public static string? WhyNoRows(EntityColumn column, IReadOnlyList<Chunk> chunks) =>
        chunks.Count == 0 ? $"{column} has no rows"
        : chunks.Any(chunk => ComponentSeries.IsStaticIn(chunk, column.Component)) ? $"{column} is static: it has no time, and hides what is logged over time"
        : null;
}

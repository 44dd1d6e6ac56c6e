using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace Strata.DerivationWorkers;

/// <summary>What the inputs' chunks log of one column.</summary>
internal static class LoggedColumns
{
    /// <summary>Chunks with at least one row of this column, static ones too, over all inputs.</summary>
    public static IReadOnlyList<Chunk> ChunksOf(IReadOnlyList<InputLayer> inputs, EntityColumn column) =>
        [.. inputs.SelectMany(input => input.Chunks)
            .Where(chunk => chunk.NumRows > 0 && chunk.EntityPath == column.Entity && chunk.Component(column.Component) is not null)];

    /// <summary>Null when the column can give rows over time; else why not, in words.</summary>
    public static string? WhyNoRows(EntityColumn column, IReadOnlyList<Chunk> chunks) =>
        chunks.Count == 0 ? $"{column} has no rows"
        : chunks.Any(chunk => ComponentSeries.IsStaticIn(chunk, column.Component)) ? $"{column} is static: it has no time, and hides what is logged over time"
        : null;
}

using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

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
        : chunks.Any(chunk => chunk.IsStatic) ? $"{column} is static: it has no time, and hides what is logged over time"
        : null;

    /// <summary>Of the chunks that have the index; those that do not are not on it, as in Rerun's reader.</summary>
    public static IEnumerable<LoggedRows> RowsOf(IEnumerable<Chunk> chunks, EntityColumn column, (string Name, TimelineKind Kind) index)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.Timeline(index.Name) is { } timeline && timeline.Kind == index.Kind && JointCells.TryOf(chunk.Component(column.Component)!.Lists) is { } cells)
            {
                yield return new(chunk, timeline, cells);
            }
        }
    }
}

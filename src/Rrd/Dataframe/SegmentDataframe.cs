using System.Runtime.CompilerServices;
using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>
/// The rows that a query has in one segment, over all its layers, as Rerun's <c>reader(index=…)</c> gives them: at one time the newest row counts, whatever its layer;
/// a null is no value, an empty list is one; static values hide all others; <c>Clear</c> empties the rows at its own time, and what was before it is carried on all the same. Source: catalog-protocol §2.14, §6.1, §99.
/// </summary>
/// <remarks>Only chunks that can say something are read, each once, and of those only some lie in memory at a time, unless chunks of long times overlap.</remarks>
public sealed class SegmentDataframe(string segmentId, IReadOnlyList<IDataframeLayer> layers, DataframeSchema schema)
{
    /// <summary>Rows and bytes of chunks that are gathered before rows are given: chunks may be as short as a row.</summary>
    private const int RowsAhead = 1 << 13;

    /// <inheritdoc cref="RowsAhead"/>
    private const long BytesAhead = 8 << 20;

    /// <summary><see cref="RrdLimits.MaxHeldBytes"/>, or less where a test has little memory.</summary>
    internal long MaxHeldBytes { get; init; } = RrdLimits.MaxHeldBytes;

    /// <summary>Batches with the columns of <see cref="DataframeSchema.Arrow"/>, sorted by the index.</summary>
    /// <exception cref="RrdFormatException">A chunk is not what its layer's index promises.</exception>
    /// <exception cref="DataframeException">Layers contradict each other, few bytes unfold to more cells than <see cref="ValueBudget"/> lets them, or what is held in memory together is more than <see cref="RrdLimits.MaxHeldBytes"/>.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batches = new DataframeBatches(segmentId, schema);
        await foreach (var rows in AlignAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var batch in batches.Of(rows))
            {
                yield return batch;
            }
        }
    }

    /// <summary>The same rows before any value is copied: for whoever computes with them.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async IAsyncEnumerable<AlignedRows> AlignAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var columns = new SegmentColumns(layers, schema);
        var held = new HeldChunks(schema.Query.Index, MaxHeldBytes);
        var statics = await StaticCells.ReadAsync(StaticCells.Choose(layers, columns), columns, schema, held, cancellationToken).ConfigureAwait(false);
        if (schema.Query.Index is null)
        {
            if (HasStatics(columns))
            {
                yield return new AlignedRows(null, 1, [.. Enumerable.Range(0, schema.Columns.Count).Select(column => StaticColumn(statics[column]))]);
            }
            yield break;
        }
        var (picks, isClearable) = TemporalChunks.Choose(layers, columns, statics, schema.Query);
        var budget = new ValueBudget();
        var windows = new SegmentWindows(columns, statics, schema, isClearable, budget, held);
        for (var next = 0; next < picks.Count;)
        {
            var (rows, bytes) = (0L, 0L);
            do
            {
                var pick = picks[next++];
                var chunk = await ReadChunk.AsPickedAsync(pick, cancellationToken).ConfigureAwait(false);
                windows.Add(pick, chunk);
                held.Add(chunk);
                budget.Earn(pick.Entry.ByteSize);
                (rows, bytes) = (rows + pick.Entry.NumRows, bytes + pick.Entry.UncompressedByteSize);
            }
            while (next < picks.Count && rows < RowsAhead && bytes < BytesAhead);
            foreach (var settled in windows.Settle(next < picks.Count ? picks[next].Start : null))
            {
                yield return settled;
            }
            held.ReleaseBefore(next < picks.Count ? picks[next].Start : long.MaxValue);
        }
    }

    /// <summary>Whether anything of a layer can be read for a query, by its index alone: what nobody needs may be gone.</summary>
    public static bool Needs(IDataframeLayer layer, DataframeSchema schema)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(schema);
        var columns = new SegmentColumns([layer], schema);
        return StaticCells.Choose([layer], columns).Count > 0 || (schema.Query.Index is { } index && TemporalChunks.Any(layer, columns, index));
    }

    private static AlignedColumn? StaticColumn(CellSource? cell) => cell is null ? null : new([cell], new[] { new RowRun(0, 0, 1) });

    private bool HasStatics(SegmentColumns columns) =>
        layers.Any(layer => Enumerable.Range(0, layer.Manifest.Count).Any(i => layer.Manifest.IsStatic[i] && columns.Wants(layer.Manifest.EntityPaths[i])));
}

using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>The static values of a segment: over all layers the newest row of each column that is not null. A static value hides all others of its column.</summary>
internal sealed class StaticCells
{
    private readonly CellSource?[] _cells;

    private StaticCells(CellSource?[] cells) => _cells = cells;

    /// <summary>One row, or null when the column has no static value.</summary>
    public CellSource? this[int column] => _cells[column];

    /// <summary>Chunks with a static value of a column.</summary>
    public static List<ChunkPick> Choose(IReadOnlyList<IDataframeLayer> layers, SegmentColumns columns)
    {
        var picks = new List<ChunkPick>();
        var known = new HashSet<Tuid>();
        foreach (var layer in layers)
        {
            var manifest = layer.Manifest;
            for (var i = 0; i < manifest.Count; i++)
            {
                if (manifest.IsStatic[i] && manifest.Components.Any(c => c.HasStaticData[i] && columns.TryFind(manifest.EntityPaths[i], c.Component.Component, out _))
                    && known.Add(manifest.ChunkIds[i]))
                {
                    picks.Add(new(layer, manifest[i], 0));
                }
            }
        }
        return picks;
    }

    /// <exception cref="RrdFormatException">A chunk is not what the index promises.</exception>
    /// <exception cref="DataframeException">They are more bytes than may be held.</exception>
    public static async ValueTask<StaticCells> ReadAsync(IEnumerable<ChunkPick> picks, SegmentColumns columns, DataframeSchema schema, HeldChunks held, CancellationToken cancellationToken)
    {
        var cells = new CellSource?[schema.Columns.Count];
        var newest = new Tuid[cells.Length];
        var budget = new ValueBudget();
        foreach (var pick in picks)
        {
            var chunk = await ReadChunk.AsPickedAsync(pick, cancellationToken).ConfigureAwait(false);
            budget.Earn(pick.Entry.ByteSize);
            SegmentWindows.Pay(budget, (long)chunk.NumRows * chunk.Components.Count);
            foreach (var component in chunk.Components)
            {
                if (columns.TryFind(chunk.EntityPath, component.Descriptor.Component, out var column) && chunk.NewestRow(component) is { } row
                    && (cells[column] is null || chunk.RowId(row) > newest[column]))
                {
                    var lists = ColumnType.Fit(component.Lists, schema.Columns[column]);
                    cells[column] = held.Keep(CellSource.Static(lists, schema.Indexes.Count).Keep(row), cells[column]);
                    newest[column] = chunk.RowId(row);
                }
            }
        }
        return new(cells);
    }
}

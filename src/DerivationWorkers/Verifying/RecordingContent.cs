using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>A column of a recording as its readers see it, in whatever chunks its rows lie.</summary>
internal sealed record ContentColumn(EntityPath Entity, ComponentDescriptor Component);

/// <summary>A value that was logged.</summary>
internal readonly record struct ContentCell(Chunk Chunk, ComponentColumn Column, int Row);

/// <summary>What a recording says, apart from chunk ids, row ids, layout and compression. Holds all of it in memory, as who derives a layer does.</summary>
internal sealed class RecordingContent
{
    private readonly Dictionary<ContentColumn, List<(Chunk Chunk, ComponentColumn Column)>> _columns = [];

    private RecordingContent(StoreId id) => Id = id;

    public StoreId Id { get; }

    public IEnumerable<ContentColumn> Columns => _columns.Keys.OrderBy(c => c.Entity.ToString(), StringComparer.Ordinal).ThenBy(c => c.Component);

    public bool Has(ContentColumn column) => _columns.ContainsKey(column);

    /// <exception cref="RrdFormatException">A chunk is not what the file's index says.</exception>
    /// <exception cref="InvalidDataException">The file holds another number of recordings than one.</exception>
    public static async Task<RecordingContent> ReadAsync(IRandomAccessBytes file, CancellationToken cancellationToken)
    {
        var reader = await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        RrdStore[] stores = [.. reader.Contents.Recordings];
        if (stores.Length != 1)
        {
            throw new InvalidDataException($"expected one recording in the file of a derived layer, found {stores.Length}");
        }

        var content = new RecordingContent(stores[0].Id);
        await foreach (var chunk in reader.ReadChunksAsync(stores[0], cancellationToken).ConfigureAwait(false))
        {
            foreach (var column in chunk.Components)
            {
                var key = new ContentColumn(chunk.EntityPath, column.Descriptor);
                if (!content._columns.TryGetValue(key, out var parts))
                {
                    content._columns.Add(key, parts = []);
                }

                parts.Add((chunk, column));
            }
        }

        return content;
    }

    /// <summary>All logged values, by their times and, at the same time, in the order in which they were logged. A null list was not logged in its row.</summary>
    public IReadOnlyList<ContentCell> Cells(ContentColumn column)
    {
        var cells = new List<ContentCell>();
        foreach (var (chunk, part) in _columns[column])
        {
            for (var row = 0; row < chunk.NumRows; row++)
            {
                if (part.Lists.IsValid(row))
                {
                    cells.Add(new(chunk, part, row));
                }
            }
        }

        for (var k = 1; k < cells.Count; k++)
        {
            if (Order(cells[k - 1], cells[k]) > 0)
            {
                return [.. cells.Order(Comparer<ContentCell>.Create(Order))];
            }
        }

        return cells;
    }

    /// <summary>By timelines, then by the time on each. Static values have none.</summary>
    public static int CompareTimes(ContentCell a, ContentCell b)
    {
        var (left, right) = (a.Chunk.Timelines, b.Chunk.Timelines);
        for (var k = 0; k < Math.Min(left.Count, right.Count); k++)
        {
            var order = string.CompareOrdinal(left[k].Name, right[k].Name);
            order = order != 0 ? order : left[k].Kind.CompareTo(right[k].Kind);
            order = order != 0 ? order : left[k].Times[a.Row].CompareTo(right[k].Times[b.Row]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static int Order(ContentCell a, ContentCell b) =>
        CompareTimes(a, b) is var byTime and not 0 ? byTime : a.Chunk.RowId(a.Row).CompareTo(b.Chunk.RowId(b.Row));
}

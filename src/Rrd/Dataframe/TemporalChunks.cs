namespace Strata.Rrd.Dataframe;

/// <summary>
/// Chooses the chunks of a segment that can say something in its rows, by their index alone: no other bytes are read. Source: rrd-format §9.2; catalog-protocol §2.14.
/// </summary>
internal static class TemporalChunks
{
    /// <summary>Picks are in the order of their first time.</summary>
    public static TemporalPicks Choose(IReadOnlyList<IDataframeLayer> layers, SegmentColumns columns, StaticCells statics, DataframeQuery query)
    {
        var spans = new Dictionary<int, List<Span>>();
        var clears = new Dictionary<EntityPath, List<Span>>();
        var picks = new Dictionary<Tuid, ChunkPick>();
        foreach (var span in layers.SelectMany(layer => SpansOf(layer, columns, query.Index!)))
        {
            if (span.Column is not { } column)
            {
                var entityPath = span.Layer.Manifest.EntityPaths[span.Chunk];
                clears.TryAdd(entityPath, []);
                clears[entityPath].Add(span);
            }
            else if (statics[column] is null)
            {
                spans.TryAdd(column, []);
                spans[column].Add(span);
            }
        }
        var needed = new HashSet<(IDataframeLayer Layer, int Chunk)>();
        foreach (var span in spans.Values.SelectMany(ofColumn => Needed(ofColumn, query)))
        {
            Add(picks, span);
            needed.Add((span.Layer, span.Chunk));
        }
        foreach (var span in clears.Values.SelectMany(ofEntity => Needed(ofEntity, query)))
        {
            Add(picks, span);
        }
        // Static values are needed whatever the times: at those of clears there are rows that show them.
        var isPart = query.Ranges is not null || query.IndexValues is not null;
        return new(
            [.. picks.Values.OrderBy(pick => pick.Start)],
            column => !isPart || statics[column] is not null || (spans.TryGetValue(column, out var ofColumn) && ofColumn.Any(span => needed.Contains((span.Layer, span.Chunk)))));
    }

    /// <summary>Whether a layer has anything on the index that is asked for.</summary>
    public static bool Any(IDataframeLayer layer, SegmentColumns columns, string index) => SpansOf(layer, columns, index).Any();

    private static IEnumerable<Span> SpansOf(IDataframeLayer layer, SegmentColumns columns, string index)
    {
        var manifest = layer.Manifest;
        foreach (var ranges in manifest.ComponentRanges.Where(ranges => ranges.Timeline == index))
        {
            var component = ranges.Component.Component;
            for (var i = 0; i < manifest.Count; i++)
            {
                if (!ranges.IsPresent[i] || manifest.IsStatic[i])
                {
                    continue;
                }
                if (columns.TryFind(manifest.EntityPaths[i], component, out var column))
                {
                    yield return new(layer, i, column, ranges.Starts[i], ranges.Ends[i]);
                }
                if (component == ComponentSeries.ClearComponent && columns.MayClear(manifest.EntityPaths[i]))
                {
                    yield return new(layer, i, null, ranges.Starts[i], ranges.Ends[i]);
                }
            }
        }
    }

    private static void Add(Dictionary<Tuid, ChunkPick> picks, Span span)
    {
        var id = span.Layer.Manifest.ChunkIds[span.Chunk];
        picks[id] = picks.TryGetValue(id, out var known)
            ? known with { Start = Math.Min(known.Start, span.Start) }
            : new(span.Layer, span.Layer.Manifest[span.Chunk], span.Start);
    }

    private static IEnumerable<Span> Needed(List<Span> spans, DataframeQuery query)
    {
        if (query.Ranges is null && query.IndexValues is null)
        {
            return spans;
        }
        var needed = spans.Where(span => query.IndexValues is { } values
            ? values.Any(value => value >= span.Start && value <= span.End)
            : query.Ranges!.Any(range => span.Start <= range.End && span.End >= range.Start));
        if (!query.FillLatestAt)
        {
            return needed;
        }
        return needed.Concat((query.IndexValues ?? query.Ranges!.Select(range => range.Start)).SelectMany(time => Current(spans, time)));
    }

    // The value that is current at a time is at or behind the latest start before it: chunks that end earlier cannot hold it.
    private static IEnumerable<Span> Current(List<Span> spans, long time)
    {
        var before = spans.Where(span => span.Start <= time).ToList();
        return before.Count == 0 ? [] : before.Where(span => span.End >= before.Max(other => other.Start));
    }

    /// <param name="Column">Null: it clears columns.</param>
    private readonly record struct Span(IDataframeLayer Layer, int Chunk, int? Column, long Start, long End);
}

/// <param name="Read">The chunks to be read.</param>
/// <param name="IsClearable">Whether clears empty a column. Rerun's client knows only columns of which it was sent a chunk: on the others, clears do nothing.</param>
internal readonly record struct TemporalPicks(IReadOnlyList<ChunkPick> Read, Func<int, bool> IsClearable);

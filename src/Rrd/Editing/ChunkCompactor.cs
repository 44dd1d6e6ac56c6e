using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>Joins small chunks and splits large ones. Static chunks stay as they are.</summary>
internal sealed class ChunkCompactor(CompactionLimits limits) : IChunkStep
{
    // What it costs to cut, encode and describe one column of a part, in visits of a value.
    private const int VisitsOfColumn = 64;

    // What a column of a part takes beside its values: its field with metadata, its buffers' places and their padding.
    private const int BytesOfColumn = 2_048;

    // Parts may be larger together than the whole, by so much.
    private const int MostTimesWhole = 4;
    private const long FreeGrowth = 4 << 20;

    private readonly Dictionary<(StoreId, EntityPath), List<OpenChunk>> _open = [];
    private long _waitingBytes;

    public IEnumerable<EditedChunk> Take(EditedChunk stored, ValueBudget budget)
    {
        var chunk = stored.Chunk;
        if (chunk.IsStatic)
        {
            return [stored];
        }
        var bytes = ChunkSizes.BytesOf(chunk);
        return bytes > limits.MaxBytes || chunk.NumRows > limits.MostRows(ChunkSizes.IsTimeSorted(chunk)) ? Split(stored, budget) : Join(stored, bytes);
    }

    public IEnumerable<EditedChunk> End(ValueBudget budget) => CloseAll();

    private IEnumerable<EditedChunk> Join(EditedChunk stored, long bytes)
    {
        var chunk = stored.Chunk;
        var shapes = ShapesOf(stored);
        if (shapes.Find(open => open.HasShapeOf(chunk)) is { } match)
        {
            if (match.HasRoomFor(chunk, bytes, limits))
            {
                match.Add(chunk, bytes);
                _waitingBytes += bytes;
                return _waitingBytes > RrdLimits.MaxWaitingBytes ? CloseAll() : [];
            }
            return [Close(shapes, match), .. Open(shapes, stored)];
        }
        return shapes.Count < RrdLimits.MaxWaitingShapes ? Open(shapes, stored) : [Close(shapes, shapes[0]), .. Open(shapes, stored)];
    }

    private List<OpenChunk> ShapesOf(EditedChunk chunk)
    {
        var key = (chunk.Store, chunk.Chunk.EntityPath);
        if (!_open.TryGetValue(key, out var shapes))
        {
            _open.Add(key, shapes = []);
        }
        return shapes;
    }

    private IEnumerable<EditedChunk> Open(List<OpenChunk> shapes, EditedChunk chunk)
    {
        var open = new OpenChunk(chunk);
        shapes.Add(open);
        _waitingBytes += open.Bytes;
        return _waitingBytes > RrdLimits.MaxWaitingBytes ? CloseAll() : [];
    }

    private EditedChunk Close(List<OpenChunk> shapes, OpenChunk open)
    {
        shapes.Remove(open);
        _waitingBytes -= open.Bytes;
        return open.Close();
    }

    private IEnumerable<EditedChunk> CloseAll()
    {
        var waiting = _open.Values.SelectMany(shapes => shapes).ToList();
        _open.Clear();
        _waitingBytes = 0;
        return waiting.Select(open => open.Close());
    }

    // The last part may be small, so that what follows may join it; what came before may not, or the first parts would lie between its rows.
    private IEnumerable<EditedChunk> Split(EditedChunk stored, ValueBudget budget)
    {
        var chunk = stored.Chunk;
        var parts = Parts(chunk, budget);
        var shapes = ShapesOf(stored);
        var match = shapes.Find(open => open.HasShapeOf(chunk));
        EditedChunk[] before = match is null ? [] : [Close(shapes, match)];
        if (SharesItsValues(chunk, parts))
        {
            return [.. before, stored];
        }
        var last = ChunkRows.Detached(parts[^1], chunk);
        return [.. before, .. parts[..^1].Select(stored.With), .. Join(stored.With(last), ChunkSizes.BytesOf(last))];
    }

    // Each part of a dictionary, or of views that lie over one another, has the same values again: a kilobyte of rows with its ten megabytes.
    private static bool SharesItsValues(Chunk chunk, List<Chunk> parts)
    {
        var columns = 1 + chunk.Timelines.Count + chunk.Components.Count;
        var most = (MostTimesWhole * Encoded(chunk)) + FreeGrowth + ((long)BytesOfColumn * columns * parts.Count);
        return new[] { parts[0], parts[parts.Count / 2], parts[^1] }.Any(part => Encoded(ChunkRows.Trimmed(part)) * parts.Count > most);
    }

    private static long Encoded(Chunk chunk) => ArrowStreamWriter.MeasureStream(ChunkBatch.From(chunk));

    private List<Chunk> Parts(Chunk chunk, ValueBudget budget)
    {
        var columns = 1 + chunk.Timelines.Count + chunk.Components.Count;
        budget.Spend((long)chunk.NumRows * columns);
        var mostRows = limits.MostRows(ChunkSizes.IsTimeSorted(chunk));
        var parts = new List<Chunk>();
        var (start, bytes) = (0, 0L);
        for (var row = 0; row < chunk.NumRows; row++)
        {
            var more = ChunkSizes.BytesOf(chunk, row, 1);
            if (row > start && (bytes + more > limits.MaxBytes || row - start >= mostRows))
            {
                parts.Add(Part(start, row));
                (start, bytes) = (row, 0);
            }
            bytes += more;
        }
        parts.Add(start == 0 ? chunk : Part(start, chunk.NumRows));
        return parts;

        Chunk Part(int from, int to)
        {
            budget.Spend(VisitsOfColumn * columns);
            return ChunkRows.Slice(chunk, EditedId.Of([chunk.Id], parts.Count), from, to - from);
        }
    }
}

namespace Strata.Rrd.Editing;

/// <summary>Joins small chunks and splits large ones. Static chunks stay as they are.</summary>
internal sealed class ChunkCompactor(CompactionLimits limits) : IChunkStep
{
    // Chunks that wait for more lie in memory: together they may not take more than this, however many entities there are.
    private const long MaxWaitingBytes = 256L << 20;

    // Sets of columns of one entity that wait at a time; real ones have a handful.
    private const int MaxShapes = 64;

    private readonly Dictionary<(StoreId, EntityPath), List<OpenChunk>> _open = [];
    private long _waitingBytes;

    public IEnumerable<StoredChunk> Take(StoredChunk stored)
    {
        var chunk = stored.Chunk;
        if (chunk.IsStatic)
        {
            return [stored];
        }
        var bytes = ChunkSizes.BytesOf(chunk);
        return bytes > limits.MaxBytes || chunk.NumRows > limits.MostRows(ChunkSizes.IsTimeSorted(chunk)) ? Split(stored) : Join(stored, bytes);
    }

    public IEnumerable<StoredChunk> End() => CloseAll();

    private IEnumerable<StoredChunk> Join(StoredChunk stored, long bytes)
    {
        var (store, chunk) = stored;
        var shapes = ShapesOf(store, chunk.EntityPath);
        if (shapes.Find(open => open.HasShapeOf(chunk)) is { } match)
        {
            if (match.HasRoomFor(chunk, bytes, limits))
            {
                match.Add(chunk, bytes);
                _waitingBytes += bytes;
                return _waitingBytes > MaxWaitingBytes ? CloseAll() : [];
            }
            return [Close(shapes, match), .. Open(shapes, store, chunk)];
        }
        return shapes.Count < MaxShapes ? Open(shapes, store, chunk) : [Close(shapes, shapes[0]), .. Open(shapes, store, chunk)];
    }

    private List<OpenChunk> ShapesOf(StoreId store, EntityPath path)
    {
        if (!_open.TryGetValue((store, path), out var shapes))
        {
            _open.Add((store, path), shapes = []);
        }
        return shapes;
    }

    private IEnumerable<StoredChunk> Open(List<OpenChunk> shapes, StoreId store, Chunk chunk)
    {
        var open = new OpenChunk(store, chunk);
        shapes.Add(open);
        _waitingBytes += open.Bytes;
        return _waitingBytes > MaxWaitingBytes ? CloseAll() : [];
    }

    private StoredChunk Close(List<OpenChunk> shapes, OpenChunk open)
    {
        shapes.Remove(open);
        _waitingBytes -= open.Bytes;
        return open.Close();
    }

    private IEnumerable<StoredChunk> CloseAll()
    {
        var waiting = _open.Values.SelectMany(shapes => shapes).ToList();
        _open.Clear();
        _waitingBytes = 0;
        return waiting.Select(open => open.Close());
    }

    // The last part may be small, so that what follows may join it; what came before may not, or the first parts would lie between its rows.
    private IEnumerable<StoredChunk> Split(StoredChunk stored)
    {
        var (store, chunk) = stored;
        var parts = Parts(chunk);
        var shapes = ShapesOf(store, chunk.EntityPath);
        var match = shapes.Find(open => open.HasShapeOf(chunk));
        StoredChunk[] before = match is null ? [] : [Close(shapes, match)];
        var last = ChunkRows.Detached(parts[^1], chunk);
        return [.. before, .. parts[..^1].Select(part => new StoredChunk(store, part)), .. Join(new StoredChunk(store, last), ChunkSizes.BytesOf(last))];
    }

    private List<Chunk> Parts(Chunk chunk)
    {
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

        Chunk Part(int from, int to) => ChunkRows.Slice(chunk, EditedId.Of([chunk.Id], parts.Count), from, to - from);
    }
}

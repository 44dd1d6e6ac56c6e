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
        if (!_open.TryGetValue((store, chunk.EntityPath), out var shapes))
        {
            _open.Add((store, chunk.EntityPath), shapes = []);
        }
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

    private IEnumerable<StoredChunk> Split(StoredChunk stored)
    {
        var (store, chunk) = stored;
        var mostRows = limits.MostRows(ChunkSizes.IsTimeSorted(chunk));
        var (start, part, bytes) = (0, 0, 0L);
        for (var row = 0; row < chunk.NumRows; row++)
        {
            var more = ChunkSizes.BytesOf(chunk, row, 1);
            if (row > start && (bytes + more > limits.MaxBytes || row - start >= mostRows))
            {
                yield return new StoredChunk(store, ChunkRows.Slice(chunk, EditedId.Of([chunk.Id], part++), start, row - start));
                (start, bytes) = (row, 0);
            }
            bytes += more;
        }
        yield return start == 0 ? stored : new StoredChunk(store, ChunkRows.Slice(chunk, EditedId.Of([chunk.Id], part), start, chunk.NumRows - start));
    }
}

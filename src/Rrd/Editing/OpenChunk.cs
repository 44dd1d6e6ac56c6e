namespace Strata.Rrd.Editing;

/// <summary>Chunks of one entity with the same columns that wait for more of them.</summary>
internal sealed class OpenChunk(EditedChunk only)
{
    private readonly List<Chunk> _chunks = [only.Chunk];
    private bool _isSorted = ChunkSizes.IsTimeSorted(only.Chunk);

    public long Bytes { get; private set; } = ChunkSizes.BytesOf(only.Chunk);

    public int Rows { get; private set; } = only.Chunk.NumRows;

    /// <summary>Whether the chunk has the columns of those that wait.</summary>
    public bool HasShapeOf(Chunk chunk)
    {
        var first = _chunks[0];
        if (chunk.Timelines.Count != first.Timelines.Count || chunk.Components.Count != first.Components.Count)
        {
            return false;
        }
        for (var k = 0; k < chunk.Timelines.Count; k++)
        {
            if (chunk.Timelines[k].Name != first.Timelines[k].Name || chunk.Timelines[k].Kind != first.Timelines[k].Kind)
            {
                return false;
            }
        }
        for (var k = 0; k < chunk.Components.Count; k++)
        {
            if (chunk.Components[k].Descriptor != first.Components[k].Descriptor || chunk.Components[k].Lists.DataType != first.Components[k].Lists.DataType)
            {
                return false;
            }
        }
        return true;
    }

    public bool HasRoomFor(Chunk chunk, long bytes, CompactionLimits limits) =>
        Bytes + bytes <= limits.MaxBytes && Rows + chunk.NumRows <= limits.MostRows(_isSorted && Follows(chunk));

    public void Add(Chunk chunk, long bytes)
    {
        _isSorted &= Follows(chunk);
        _chunks.Add(chunk);
        Bytes += bytes;
        Rows += chunk.NumRows;
    }

    /// <summary>One chunk of all of them; a single one stays itself.</summary>
    public EditedChunk Close() => only.With(_chunks.Count == 1 ? only.Chunk : ChunkRows.Concatenate(_chunks, EditedId.Of(_chunks.Select(chunk => chunk.Id), 0)));

    // Behind the last rows in ids and times, so that the rows stay sorted.
    private bool Follows(Chunk chunk)
    {
        var last = _chunks[^1];
        if (!ChunkSizes.IsTimeSorted(chunk) || chunk.RowId(0) < last.RowId(last.NumRows - 1))
        {
            return false;
        }
        for (var k = 0; k < chunk.Timelines.Count; k++)
        {
            if (chunk.Timelines[k].Times[0] < last.Timelines[k].Times[^1])
            {
                return false;
            }
        }
        return true;
    }
}

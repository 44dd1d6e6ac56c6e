namespace Strata.Rrd;

/// <summary>The chunk index of one store: one row a chunk, in file order, kept as columns. Source: rrd-format §9.2.</summary>
public sealed class RrdManifest
{
    private readonly EntityPath[] _entityPaths;
    private readonly Tuid[] _chunkIds;
    private readonly bool[] _isStatic;
    private readonly long[] _numRows;
    private readonly long[] _byteOffsets;
    private readonly long[] _byteSizes;
    private readonly long[] _uncompressedByteSizes;

    internal RrdManifest(
        EntityPath[] entityPaths,
        Tuid[] chunkIds,
        bool[] isStatic,
        long[] numRows,
        long[] byteOffsets,
        long[] byteSizes,
        long[] uncompressedByteSizes,
        IReadOnlyList<StaticComponent> components,
        IReadOnlyList<TimelineRanges> timelines,
        IReadOnlyList<ComponentRanges> componentRanges)
    {
        _entityPaths = entityPaths;
        _chunkIds = chunkIds;
        _isStatic = isStatic;
        _numRows = numRows;
        _byteOffsets = byteOffsets;
        _byteSizes = byteSizes;
        _uncompressedByteSizes = uncompressedByteSizes;
        Components = components;
        Timelines = timelines;
        ComponentRanges = componentRanges;
    }

    /// <summary>Number of chunks.</summary>
    public int Count => _chunkIds.Length;

    /// <summary>The entity of each chunk.</summary>
    public ReadOnlySpan<EntityPath> EntityPaths => _entityPaths;

    /// <summary>The id of each chunk.</summary>
    public ReadOnlySpan<Tuid> ChunkIds => _chunkIds;

    /// <summary>Whether each chunk is without timelines.</summary>
    public ReadOnlySpan<bool> IsStatic => _isStatic;

    /// <summary>Rows of each chunk.</summary>
    public ReadOnlySpan<long> NumRows => _numRows;

    /// <summary>Offsets of the ArrowMsg payloads from the start of the file (not of their stream).</summary>
    public ReadOnlySpan<long> ByteOffsets => _byteOffsets;

    /// <summary>Bytes of each ArrowMsg payload as stored, without its header.</summary>
    public ReadOnlySpan<long> ByteSizes => _byteSizes;

    /// <summary>Bytes of the Arrow IPC stream of each chunk.</summary>
    public ReadOnlySpan<long> UncompressedByteSizes => _uncompressedByteSizes;

    /// <summary>Every component of the store, in the order of <see cref="ComponentDescriptor.CompareTo"/>.</summary>
    public IReadOnlyList<StaticComponent> Components { get; }

    /// <summary>Every timeline of the store, ordinal by name.</summary>
    public IReadOnlyList<TimelineRanges> Timelines { get; }

    /// <summary>Every pair of timeline and component that occurs together in a chunk, in the order of both.</summary>
    public IReadOnlyList<ComponentRanges> ComponentRanges { get; }

    /// <summary>One chunk; the index is its place in file order.</summary>
    public ChunkEntry this[int index] => new(
        index, _entityPaths[index], _chunkIds[index], _isStatic[index], _numRows[index], _byteOffsets[index], _byteSizes[index], _uncompressedByteSizes[index]);

    /// <summary>All chunks in file order.</summary>
    public IEnumerable<ChunkEntry> Entries => Enumerable.Range(0, Count).Select(index => this[index]);

    /// <summary>The chunks of one entity, in file order.</summary>
    public IEnumerable<ChunkEntry> EntriesOf(EntityPath entityPath) => Enumerable.Range(0, Count).Where(index => _entityPaths[index] == entityPath).Select(index => this[index]);

    /// <summary>What a catalog shows as the size of a layer: payloads with their message headers. Source: catalog-protocol §6.5.</summary>
    public long TotalBytesWithHeaders
    {
        get
        {
            var total = 0L;
            foreach (var size in _byteSizes)
            {
                total += size + MessageHeader.Size;
            }
            return total;
        }
    }
}

using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>What a writer remembers of a store: its manifest, its schema, and what later chunks must agree with. Source: rrd-format §4, §13.1.</summary>
internal sealed class StoreState(StoreId id)
{
    private readonly HashSet<Tuid> _chunkIds = [];
    private readonly Dictionary<(EntityPath Path, string Component), ArrowType> _types = [];

    public StoreId Id => id;

    public ManifestBuilder Manifest { get; } = new();

    public SorbetSchemaBuilder Schema { get; } = new();

    /// <summary>Refuses what Rerun would refuse, drop or misread.</summary>
    public void Require(Chunk chunk)
    {
        if (chunk.NumRows == 0 || chunk.Components.Count == 0)
        {
            throw Refuse(chunk, $"has {chunk.NumRows} rows and {chunk.Components.Count} components; Rerun ignores a chunk without either");
        }
        if (!chunk.IsSortedByRowId)
        {
            throw Refuse(chunk, "has row ids that are not ascending; a catalog server refuses it");
        }
        if (_chunkIds.Contains(chunk.Id))
        {
            throw Refuse(chunk, "has an id that was written before; Rerun drops the second one");
        }
        foreach (var timeline in chunk.Timelines)
        {
            if (timeline.Array.DataType is TimestampType { Timezone: not null })
            {
                throw Refuse(chunk, $"has a time zone on the timeline '{timeline.Name}'; write UTC without one");
            }
            if (timeline.Times.Contains(long.MinValue))
            {
                throw Refuse(chunk, $"has the time {long.MinValue} on the timeline '{timeline.Name}', which stands for static data");
            }
        }
        foreach (var component in chunk.Components)
        {
            if (_types.TryGetValue((chunk.EntityPath, component.Descriptor.Component), out var type) && type != component.Lists.DataType)
            {
                throw Refuse(chunk, $"has '{component.Descriptor}' as {component.Lists.DataType}; earlier chunks have it as {type}");
            }
        }
    }

    public void Add(Chunk chunk, long byteOffset, long byteSize, long uncompressedByteSize)
    {
        Manifest.Add(chunk, byteOffset, byteSize, uncompressedByteSize);
        Schema.Add(chunk);
        _chunkIds.Add(chunk.Id);
        foreach (var component in chunk.Components)
        {
            _types.TryAdd((chunk.EntityPath, component.Descriptor.Component), component.Lists.DataType);
        }
    }

    private static ArgumentException Refuse(Chunk chunk, string why) =>
        new($"The chunk {chunk.Id.ToChunkId()} of {chunk.EntityPath} {why}.", nameof(chunk));
}

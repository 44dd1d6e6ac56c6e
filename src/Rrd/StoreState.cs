using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>What a writer remembers of a store: its manifest, its schema, and what later chunks must agree with. Source: rrd-format §4, §13.1.</summary>
internal sealed class StoreState(StoreId id)
{
    private const string Rename = "Readers refuse such names, which only attacks have: take shorter ones.";

    private readonly HashSet<Tuid> _chunkIds = [];
    private readonly Dictionary<(EntityPath Path, string Component), ArrowType> _types = [];
    private readonly Dictionary<string, TimelineKind> _kinds = new(StringComparer.Ordinal);

    public StoreId Id => id;

    public ManifestBuilder Manifest { get; } = new();

    public SorbetSchemaBuilder Schema { get; } = new();

    /// <summary>Refuses what Rerun would refuse, drop or misread.</summary>
    /// <exception cref="ChunkRefusedException">It is such a chunk.</exception>
    public void Require(Chunk chunk)
    {
        if (chunk.NumRows == 0 || chunk.Components.Count == 0)
        {
            throw Refuse(chunk, "rows and components", $"{chunk.NumRows} rows and {chunk.Components.Count} components", "Rerun ignores a chunk without either: leave it out.");
        }
        if (!chunk.IsSortedByRowId)
        {
            throw Refuse(chunk, "ascending row ids", $"row ids that are not ascending in {chunk.Id.ToChunkId()}", "A catalog server refuses the chunk: sort its rows.");
        }
        if (_chunkIds.Contains(chunk.Id))
        {
            throw Refuse(chunk, "a chunk id of its own", $"{chunk.Id.ToChunkId()}, which was written before", "Rerun drops the second one: take another id.");
        }
        RequireNames(chunk);
        foreach (var timeline in chunk.Timelines)
        {
            Require(chunk, timeline);
        }
        foreach (var component in chunk.Components)
        {
            if (_types.TryGetValue((chunk.EntityPath, component.Descriptor.Component), out var type) && type != component.Lists.DataType)
            {
                throw Refuse(chunk, $"'{component.Descriptor}' as {type}, as earlier chunks have it", $"{component.Lists.DataType}",
                    "A component of an entity has one type in the whole recording: convert it, or give it another name.");
            }
        }
    }

    public void Add(Chunk chunk, long byteOffset, long byteSize, long uncompressedByteSize)
    {
        Manifest.Add(chunk, byteOffset, byteSize, uncompressedByteSize);
        Schema.Add(chunk);
        _chunkIds.Add(chunk.Id);
        foreach (var timeline in chunk.Timelines)
        {
            _kinds.TryAdd(timeline.Name, timeline.Kind);
        }
        foreach (var component in chunk.Components)
        {
            _types.TryAdd((chunk.EntityPath, component.Descriptor.Component), component.Lists.DataType);
        }
    }

    private void Require(Chunk chunk, TimeColumn timeline)
    {
        if (_kinds.TryGetValue(timeline.Name, out var kind) && kind != timeline.Kind)
        {
            throw Refuse(chunk, $"the timeline '{timeline.Name}' as {kind}, as earlier chunks have it", $"{timeline.Kind}", "A timeline has one kind in the whole recording: give the other one another name.");
        }
        if (timeline.Array.DataType is TimestampType { Timezone: { } zone })
        {
            throw Refuse(chunk, $"the timeline '{timeline.Name}' in UTC without a time zone", $"the zone '{zone}'", "Write UTC without one.");
        }
        if (timeline.Times.Contains(long.MinValue))
        {
            throw Refuse(chunk, $"times of '{timeline.Name}' above {long.MinValue}", "that time, which stands for static data", "Take a later time, or send the row without timelines.");
        }
    }

    private static void RequireNames(Chunk chunk)
    {
        if (chunk.EntityPath.Parts.Count > RrdLimits.MaxPathParts)
        {
            throw Refuse(chunk, $"a path of at most {RrdLimits.MaxPathParts} parts", $"one of {chunk.EntityPath.Parts.Count}", Rename);
        }
        var names = chunk.Components.SelectMany(component => new[] { component.Descriptor.Archetype, component.Descriptor.Component, component.Descriptor.ComponentType })
            .Concat(chunk.Timelines.Select(timeline => timeline.Name)).Append(chunk.EntityPath.ToString());
        if (names.FirstOrDefault(name => name?.Length > RrdLimits.MaxNameBytes) is { } tooLong)
        {
            throw Refuse(chunk, $"names of at most {RrdLimits.MaxNameBytes} bytes", $"one of {tooLong.Length} characters", Rename);
        }
    }

    private static ChunkRefusedException Refuse(Chunk chunk, string expected, string found, string whatToDo) => new(chunk.EntityPath, expected, found, whatToDo);
}

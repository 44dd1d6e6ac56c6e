namespace Strata.Rrd;

/// <summary>Collects the manifest of one store chunk by chunk, when a file is written or has no footer. Source: rrd-format §9.2.</summary>
internal sealed class ManifestBuilder
{
    private readonly Dictionary<EntityPath, EntityPath> _distinctPaths = [];
    private readonly List<EntityPath> _entityPaths = [];
    private readonly List<Tuid> _chunkIds = [];
    private readonly List<bool> _isStatic = [];
    private readonly List<long> _numRows = [];
    private readonly List<long> _byteOffsets = [];
    private readonly List<long> _byteSizes = [];
    private readonly List<long> _uncompressedByteSizes = [];
    private readonly SortedDictionary<ComponentDescriptor, List<int>> _staticRows = [];
    private readonly SortedDictionary<string, ManifestRanges> _timelines = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Timeline, ComponentDescriptor Component), ManifestRanges> _ranges = new(ManifestRangeOrder.Instance);
    private long _rangeNameChars;
    private RrdManifest? _known;

    public int Count => _chunkIds.Count;

    private ManifestSize Size => new(Count, _staticRows.Count, _timelines.Count, _ranges.Count, _rangeNameChars);

    /// <summary>Whether a chunk of this entity was added.</summary>
    public bool Knows(EntityPath path) => _distinctPaths.ContainsKey(path);

    /// <summary>Adds the next chunk in file order.</summary>
    /// <exception cref="RrdFormatException">A timeline changes its kind, or the manifest would grow beyond its bounds.</exception>
    public void Add(Chunk chunk, long byteOffset, long byteSize, long uncompressedByteSize)
    {
        RequireBounds(chunk, byteOffset);
        var row = _chunkIds.Count;
        _entityPaths.Add(Distinct(chunk.EntityPath));
        _chunkIds.Add(chunk.Id);
        _isStatic.Add(chunk.IsStatic);
        _numRows.Add(chunk.NumRows);
        _byteOffsets.Add(byteOffset);
        _byteSizes.Add(byteSize);
        _uncompressedByteSizes.Add(uncompressedByteSize);
        foreach (var component in chunk.Components)
        {
            if (!_staticRows.TryGetValue(component.Descriptor, out var rows))
            {
                _staticRows.Add(component.Descriptor, rows = []);
            }
            if (chunk.IsStatic)
            {
                rows.Add(row);
            }
        }
        foreach (var timeline in chunk.Timelines)
        {
            AddTimeline(chunk, timeline, row);
        }
    }

    /// <summary>Adds a chunk of which only its row in another manifest is known.</summary>
    /// <exception cref="RrdFormatException">A timeline changes its kind, or the manifest would grow beyond its bounds.</exception>
    public void Add(RrdManifest manifest, int row, long byteOffset, long byteSize)
    {
        AddColumns(manifest, byteOffset);
        var added = _chunkIds.Count;
        var entry = manifest[row];
        _entityPaths.Add(Distinct(entry.EntityPath));
        _chunkIds.Add(entry.Id);
        _isStatic.Add(entry.IsStatic);
        _numRows.Add(entry.NumRows);
        _byteOffsets.Add(byteOffset);
        _byteSizes.Add(byteSize);
        _uncompressedByteSizes.Add(entry.UncompressedByteSize);
        foreach (var component in manifest.Components)
        {
            if (component.HasStaticData[row])
            {
                _staticRows[component.Component].Add(added);
            }
        }
        foreach (var timeline in manifest.Timelines)
        {
            if (timeline.IsPresent[row])
            {
                _timelines[timeline.Timeline].Add(added, (timeline.Starts[row], timeline.Ends[row]), entry.NumRows);
            }
        }
        foreach (var range in manifest.ComponentRanges)
        {
            if (range.IsPresent[row])
            {
                _ranges[(range.Timeline, range.Component)].Add(added, (range.Starts[row], range.Ends[row]), range.NumRows[row]);
            }
        }
    }

    public RrdManifest Build()
    {
        var count = Count;
        return new RrdManifest(
            [.. _entityPaths],
            [.. _chunkIds],
            [.. _isStatic],
            [.. _numRows],
            [.. _byteOffsets],
            [.. _byteSizes],
            [.. _uncompressedByteSizes],
            [.. _staticRows.Select(column => new StaticComponent(column.Key, Expand(column.Value, count)))],
            [.. _timelines.Select(column => column.Value.ToTimeline(column.Key, count))],
            [.. _ranges.Select(column => column.Value.ToComponent(column.Key.Timeline, column.Key.Component, count))]);
    }

    // A column is there for every chunk of the store, also where none of those that are added has a value in it.
    private void AddColumns(RrdManifest manifest, long offset)
    {
        Size.RequireRoom(offset);
        if (ReferenceEquals(manifest, _known))
        {
            return;
        }
        foreach (var timeline in manifest.Timelines)
        {
            RequireKind(timeline.Timeline, timeline.Kind, "another recording", offset);
        }
        foreach (var component in manifest.Components)
        {
            _staticRows.TryAdd(component.Component, []);
        }
        foreach (var timeline in manifest.Timelines)
        {
            _timelines.TryAdd(timeline.Timeline, new ManifestRanges(timeline.Kind));
        }
        foreach (var range in manifest.ComponentRanges)
        {
            if (_ranges.TryAdd((range.Timeline, range.Component), new ManifestRanges(range.Kind)))
            {
                _rangeNameChars += range.Timeline.Length + ManifestSize.NameChars(range.Component);
            }
        }
        Size.RequireBounds(manifest.Count, offset);
        _known = manifest;
    }

    private static bool[] Expand(List<int> rows, int count)
    {
        var expanded = new bool[count];
        foreach (var row in rows)
        {
            expanded[row] = true;
        }
        return expanded;
    }

    // One instance for all chunks of an entity.
    private EntityPath Distinct(EntityPath path)
    {
        if (_distinctPaths.TryGetValue(path, out var known))
        {
            return known;
        }
        _distinctPaths.Add(path, path);
        return path;
    }

    private void AddTimeline(Chunk chunk, TimeColumn timeline, int row)
    {
        if (!_timelines.TryGetValue(timeline.Name, out var column))
        {
            _timelines.Add(timeline.Name, column = new ManifestRanges(timeline.Kind));
        }
        var whole = timeline.Range;
        column.Add(row, whole, chunk.NumRows);
        foreach (var component in chunk.Components)
        {
            var key = (timeline.Name, component.Descriptor);
            if (!_ranges.TryGetValue(key, out var range))
            {
                _ranges.Add(key, range = new ManifestRanges(timeline.Kind));
                _rangeNameChars += timeline.Name.Length + ManifestSize.NameChars(component.Descriptor);
            }
            var lists = component.Lists;
            range.Add(row, lists.NullCount == 0 ? whole : RangeOfLogged(timeline, component), lists.Length - lists.NullCount);
        }
    }

    private static (long Start, long End)? RangeOfLogged(TimeColumn timeline, ComponentColumn component)
    {
        (long Start, long End)? range = null;
        var times = timeline.Times;
        for (var i = 0; i < times.Length; i++)
        {
            if (component.Lists.IsValid(i))
            {
                range = range is { } known ? (Math.Min(known.Start, times[i]), Math.Max(known.End, times[i])) : (times[i], times[i]);
            }
        }
        return range;
    }

    private void RequireBounds(Chunk chunk, long offset)
    {
        foreach (var timeline in chunk.Timelines)
        {
            RequireKind(timeline.Name, timeline.Kind, $"a chunk of {chunk.EntityPath}", offset);
        }
        Size.RequireRoomFor(chunk, NewRanges, offset);
    }

    private void RequireKind(string timeline, TimelineKind kind, string where, long offset)
    {
        if (_timelines.TryGetValue(timeline, out var known) && known.Kind != kind)
        {
            throw new RrdFormatException(offset, $"the timeline '{timeline}' as {known.Kind}, as in earlier chunks", $"{kind} in {where}",
                "A timeline has one type in the whole recording: the chunk is left out.");
        }
    }

    private long NewRanges(Chunk chunk) =>
        chunk.Timelines.Sum(timeline => chunk.Components.LongCount(component => !_ranges.ContainsKey((timeline.Name, component.Descriptor))));
}

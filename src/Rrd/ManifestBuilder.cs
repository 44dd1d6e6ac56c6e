using System.Runtime.InteropServices;

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
    private readonly SortedDictionary<string, RangeColumn> _timelines = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Timeline, ComponentDescriptor Component), RangeColumn> _ranges = new(RangeOrder.Instance);
    private long _rangeNameChars;

    public int Count => _chunkIds.Count;

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
            _timelines.Add(timeline.Name, column = new RangeColumn(timeline.Kind));
        }
        var whole = timeline.Range;
        column.Add(row, whole, chunk.NumRows);
        foreach (var component in chunk.Components)
        {
            var key = (timeline.Name, component.Descriptor);
            if (!_ranges.TryGetValue(key, out var range))
            {
                _ranges.Add(key, range = new RangeColumn(timeline.Kind));
                _rangeNameChars += timeline.Name.Length + NameChars(component);
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
            if (_timelines.TryGetValue(timeline.Name, out var known) && known.Kind != timeline.Kind)
            {
                throw new RrdFormatException(offset, $"the timeline '{timeline.Name}' as {known.Kind}, as in earlier chunks", $"{timeline.Kind} in a chunk of {chunk.EntityPath}",
                    "A timeline has one type in the whole recording: the chunk is left out.");
            }
        }
        // Every timeline of a chunk goes with every component of it: few columns make very many pairs.
        var columns = _staticRows.Count + (2L * _timelines.Count) + (3L * _ranges.Count) + chunk.Components.Count + (2L * chunk.Timelines.Count);
        var pairs = (long)chunk.Timelines.Count * chunk.Components.Count;
        var nameChars = _rangeNameChars + (chunk.Timelines.Sum(timeline => (long)timeline.Name.Length) * chunk.Components.Count) + (chunk.Components.Sum(NameChars) * chunk.Timelines.Count);
        if (nameChars > RrdLimits.MaxManifestNameChars)
        {
            throw new RrdFormatException(offset, $"a store whose index columns have names of at most {RrdLimits.MaxManifestNameChars} characters", $"{nameChars}",
                "Record it again with shorter names of timelines and components.");
        }
        if (Count >= RrdLimits.MaxChunks || (!Fits(columns + (3 * pairs)) && (pairs > RrdLimits.MaxColumns || !Fits(columns + (3 * NewRanges(chunk))))))
        {
            throw new RrdFormatException(offset, "a store whose chunk index stays within bounds", $"{Count + 1} chunks with {columns + (3 * pairs)} index columns",
                "Merge its chunks first: rerun rrd optimize.");
        }
    }

    private static long NameChars(ComponentColumn component) => (component.Descriptor.Archetype?.Length ?? 0) + component.Descriptor.Component.Length;

    private bool Fits(long columns) => columns <= RrdLimits.MaxColumns && columns * (Count + 1L) <= RrdLimits.MaxManifestCells;

    private long NewRanges(Chunk chunk) =>
        chunk.Timelines.Sum(timeline => chunk.Components.LongCount(component => !_ranges.ContainsKey((timeline.Name, component.Descriptor))));

    /// <summary>Ranges of the chunks that have them; the others are filled in at the end.</summary>
    private sealed class RangeColumn(TimelineKind kind)
    {
        private readonly List<(int Row, long Start, long End, bool IsPresent, long NumRows)> _entries = [];

        public TimelineKind Kind => kind;

        public void Add(int row, (long Start, long End)? range, long numRows) =>
            _entries.Add((row, range?.Start ?? 0, range?.End ?? 0, range is not null, numRows));

        public TimelineRanges ToTimeline(string timeline, int count)
        {
            var (starts, ends, isPresent, _) = Expand(count);
            return new TimelineRanges(timeline, kind, starts, ends, isPresent);
        }

        public ComponentRanges ToComponent(string timeline, ComponentDescriptor component, int count)
        {
            var (starts, ends, isPresent, numRows) = Expand(count);
            return new ComponentRanges(timeline, kind, component, starts, ends, isPresent, numRows);
        }

        private (long[] Starts, long[] Ends, bool[] IsPresent, long[] NumRows) Expand(int count)
        {
            var columns = (Starts: new long[count], Ends: new long[count], IsPresent: new bool[count], NumRows: new long[count]);
            foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_entries))
            {
                columns.Starts[entry.Row] = entry.Start;
                columns.Ends[entry.Row] = entry.End;
                columns.IsPresent[entry.Row] = entry.IsPresent;
                columns.NumRows[entry.Row] = entry.NumRows;
            }
            return columns;
        }
    }

    private sealed class RangeOrder : IComparer<(string Timeline, ComponentDescriptor Component)>
    {
        public static readonly RangeOrder Instance = new();

        public int Compare((string Timeline, ComponentDescriptor Component) x, (string Timeline, ComponentDescriptor Component) y)
        {
            var byTimeline = string.CompareOrdinal(x.Timeline, y.Timeline);
            return byTimeline != 0 ? byTimeline : x.Component.CompareTo(y.Component);
        }
    }
}

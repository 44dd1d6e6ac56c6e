using System.Runtime.CompilerServices;
using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>The chunk index of one layer: one row a chunk, in the order of the file. A view, no column is copied. Source: rrd-format §9.2.</summary>
internal sealed class ChunkIndexView
{
    private static readonly ConditionalWeakTable<RecordBatch, ChunkIndexView> Known = [];

    private readonly RecordBatch _index;
    private readonly ChunkIndexLayout _layout;
    private readonly BooleanArray _isStatic;
    private readonly int[] _entities;

    private ChunkIndexView(RecordBatch index)
    {
        _index = index;
        _layout = ChunkIndexLayout.Of(index.Schema);
        _isStatic = ChunkColumns.Require<BooleanArray>(index, ChunkColumns.IsStatic);
        Ids = ChunkColumns.Require<FixedSizeBinaryArray>(index, ChunkColumns.ChunkId);
        if (Ids.ByteWidth != ChunkColumns.IdBytes)
        {
            throw new InvalidDataException($"chunk index: expected chunk ids of {ChunkColumns.IdBytes} bytes, found {Ids.ByteWidth}; verify the log, or restore it");
        }

        ByteOffsets = ChunkColumns.Require<UInt64Array>(index, ChunkColumns.ByteOffset);
        ByteSizes = ChunkColumns.Require<UInt64Array>(index, ChunkColumns.ByteSize);
        UncompressedSizes = ChunkColumns.Require<UInt64Array>(index, ChunkColumns.UncompressedSize);
        (_entities, EntityPaths) = Number(ChunkColumns.Require<StringArray>(index, ChunkColumns.EntityPath));
    }

    public int Count => _index.Length;

    /// <summary>The entities of the layer, each once.</summary>
    public IReadOnlyList<string> EntityPaths { get; }

    public FixedSizeBinaryArray Ids { get; }

    /// <summary>Of the stored message, behind its 16-byte header, from the start of the file.</summary>
    public UInt64Array ByteOffsets { get; }

    /// <summary>Of the stored message, without its header.</summary>
    public UInt64Array ByteSizes { get; }

    /// <summary>Of the Arrow stream in the message.</summary>
    public UInt64Array UncompressedSizes { get; }

    /// <summary>The view of this very batch, made once for as long as the batch is remembered.</summary>
    /// <exception cref="InvalidDataException">The batch is no chunk index.</exception>
    public static ChunkIndexView Of(RecordBatch index) => Known.GetValue(index, static batch => new ChunkIndexView(batch));

    public bool IsStatic(int chunk) => _isStatic.GetValue(chunk) == true;

    /// <summary>Position of the chunk's entity in <see cref="EntityPaths"/>.</summary>
    public int EntityOf(int chunk) => _entities[chunk];

    public string EntityPathOf(int chunk) => EntityPaths[_entities[chunk]];

    /// <summary>When chunks start and end on a timeline; null when none of them has it.</summary>
    public TimeSpans? FindTimeline(string timeline)
    {
        foreach (var columns in _layout.Timelines)
        {
            if (columns.Timeline == timeline)
            {
                return new TimeSpans(_index, columns.Start, columns.End);
            }
        }

        return null;
    }

    /// <summary>When the components that lie on a timeline have their first and their last value in each chunk.</summary>
    public IEnumerable<(string Component, TimeSpans Spans)> ComponentsOn(string timeline) =>
        from columns in _layout.Components
        where columns.Timeline == timeline
        select (columns.Component, new TimeSpans(_index, columns.Start, columns.End));

    private static (int[] Numbers, IReadOnlyList<string> Paths) Number(StringArray paths)
    {
        var numbers = new int[paths.Length];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = new List<string>();
        for (var chunk = 0; chunk < numbers.Length; chunk++)
        {
            // Chunks of one entity mostly follow each other.
            if (chunk > 0 && paths.GetBytes(chunk).SequenceEqual(paths.GetBytes(chunk - 1)))
            {
                numbers[chunk] = numbers[chunk - 1];
                continue;
            }

            var path = paths.GetString(chunk)!;
            if (!known.TryGetValue(path, out var number))
            {
                known.Add(path, number = distinct.Count);
                distinct.Add(path);
            }

            numbers[chunk] = number;
        }

        return (numbers, distinct);
    }
}

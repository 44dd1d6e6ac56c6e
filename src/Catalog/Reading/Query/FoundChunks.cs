using System.Runtime.InteropServices;
using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>Rows of an answer that names chunks, gathered layer by layer. Source: catalog-protocol §2.14, §11.3.</summary>
internal sealed class FoundChunks(FoundChunksShape shape)
{
    private readonly List<byte> _ids = [];
    private readonly List<string> _segments = [];
    private readonly List<string> _layers = [];
    private readonly List<byte[]> _keys = [];
    private readonly List<string> _entityPaths = [];
    private readonly List<bool> _isStatic = [];
    private readonly List<ulong> _sizes = [];
    private readonly List<long?>[] _starts = [.. shape.Starts.Select(_ => new List<long?>())];

    public int Count => _segments.Count;

    public void Add(string segment, string layer, long position, ChunkIndexView index, IEnumerable<int> chunks)
    {
        var timelines = shape.Starts.Select(s => index.FindTimeline(s.Timeline)).ToArray();
        foreach (var chunk in chunks)
        {
            var id = index.Ids.GetBytes(chunk);
            var key = new byte[ChunkKey.Size];
            ChunkKey.Write(key, position, chunk, id);
            _ids.AddRange(id);
            _segments.Add(segment);
            _layers.Add(layer);
            _keys.Add(key);
            _entityPaths.Add(index.EntityPathOf(chunk));
            _isStatic.Add(index.IsStatic(chunk));
            _sizes.Add(index.UncompressedSizes.Values[chunk]);
            for (var k = 0; k < timelines.Length; k++)
            {
                _starts[k].Add(timelines[k] is { } spans && spans.IsPresent(chunk) ? spans.Start(chunk) : null);
            }
        }
    }

    /// <summary>The rows so far; the next ones make another table.</summary>
    public RecordBatch Take()
    {
        // Both sizes are that of the decoded chunk, as in Rerun's answers: the client plans its memory by them.
        var sizes = UInt64Array.From(CollectionsMarshal.AsSpan(_sizes));
        var table = shape.Table(
            Count,
            [
                FixedSizeBinaryArray.From(ChunkColumns.IdBytes, CollectionsMarshal.AsSpan(_ids)),
                StringArray.From(_segments),
                StringArray.From(_layers),
                BinaryArray.From(_keys),
                StringArray.From(_entityPaths),
                BooleanArray.From(CollectionsMarshal.AsSpan(_isStatic)),
                sizes,
                sizes,
            ],
            [.. _starts.Select(s => Int64Array.FromNullable(CollectionsMarshal.AsSpan(s)))]);
        _ids.Clear();
        _segments.Clear();
        _layers.Clear();
        _keys.Clear();
        _entityPaths.Clear();
        _isStatic.Clear();
        _sizes.Clear();
        foreach (var starts in _starts)
        {
            starts.Clear();
        }

        return table;
    }
}

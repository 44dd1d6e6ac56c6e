using System.Buffers;
using System.Runtime.InteropServices;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Reading;

/// <summary>What of a layer's row a table needs; what is not asked for is not read.</summary>
[Flags]
internal enum LayerParts
{
    /// <summary>Segment ids alone: an index answers.</summary>
    None = 0,

    /// <summary>Layer name, registration time, numbers and schema: whatever lies in the row itself.</summary>
    Facts = 1,
    Urls = 2,
    Times = 4,
    Properties = 8,

    /// <summary>What was given to segments beside their layers.</summary>
    Tags = 16,
}

/// <summary>Some layers of whole segments, sorted by (segment id, registration time, layer name). Their bytes lie in one buffer, which is used again for the next page.</summary>
internal sealed class LayerPage
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<LayerRow> _rows = [];
    private readonly List<int> _starts = [];
    private readonly Dictionary<int, TagRow> _tags = [];

    public ReadOnlySpan<LayerRow> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Where the layers of each segment start.</summary>
    public IReadOnlyList<int> Starts => _starts;

    /// <summary>One after the last layer of a segment.</summary>
    public int End(int segment) => segment + 1 < _starts.Count ? _starts[segment + 1] : _rows.Count;

    public ReadOnlySpan<byte> this[Slice slice] => _bytes.WrittenSpan.Slice(slice.Start, slice.Length);

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _rows.Clear();
        _starts.Clear();
        _tags.Clear();
    }

    /// <param name="segment">By its place in <see cref="Starts"/>.</param>
    public TagRow? TagsOf(int segment) => _tags.TryGetValue(segment, out var tags) ? tags : null;

    /// <param name="rows">Stands on segment, shape and values.</param>
    public void AddTags(int segment, Statement rows) => _tags[segment] = new(rows.Int64(1), Keep(rows.Bytes(2)));

    public ReadOnlySpan<byte> SegmentOf(int segment) => this[_rows[_starts[segment]].Segment];

    public bool IsInLastSegment(ReadOnlySpan<byte> segment) => _rows.Count > 0 && this[_rows[^1].Segment].SequenceEqual(segment);

    /// <param name="rows">Stands on a row of <see cref="LayerScan"/>.</param>
    public void Add(Statement rows, LayerParts parts)
    {
        var last = _rows.Count == 0 ? default : _rows[^1].Segment;
        var segment = rows.Bytes(0);
        if (_rows.Count == 0 || !this[last].SequenceEqual(segment))
        {
            SortLast();
            _starts.Add(_rows.Count);
            last = Keep(segment);
        }

        var row = new LayerRow { Segment = last };
        if (parts != LayerParts.None)
        {
            row = row with
            {
                Layer = Keep(rows.Bytes(1)),
                RecordedAtNs = rows.Int64(2),
                Shape = rows.Int64(3),
                ChunkCount = rows.Int64(4),
                SizeBytes = rows.Int64(5),
                Type = Keep(rows.Bytes(6)),
                Schema = Keep(rows.Bytes(7)),
                Url = parts.HasFlag(LayerParts.Urls) ? Keep(rows.Bytes(8)) : default,
                Times = parts.HasFlag(LayerParts.Times) ? Keep(rows.Bytes(9)) : default,
                Properties = parts.HasFlag(LayerParts.Properties) ? Keep(rows.Bytes(10)) : default,
            };
        }

        _rows.Add(row);
    }

    /// <summary>Ends the page.</summary>
    public void Complete() => SortLast();

    private Slice Keep(ReadOnlySpan<byte> bytes)
    {
        var start = _bytes.WrittenCount;
        _bytes.Write(bytes);
        return new(start, bytes.Length);
    }

    /// <summary>By registration time, then by name; the last one's properties win. Source: catalog-protocol §2.9, §6.4.</summary>
    private void SortLast()
    {
        if (_starts.Count > 0 && _rows.Count - _starts[^1] > 1)
        {
            CollectionsMarshal.AsSpan(_rows)[_starts[^1]..].Sort(
                (a, b) => a.RecordedAtNs != b.RecordedAtNs ? a.RecordedAtNs.CompareTo(b.RecordedAtNs) : this[a.Layer].SequenceCompareTo(this[b.Layer]));
        }
    }
}

/// <summary>Tags of a segment: their shape, and their values as a <see cref="BatchDelta"/>.</summary>
internal readonly record struct TagRow(long Shape, Slice Properties);

/// <summary>A stretch of a page's bytes.</summary>
internal readonly record struct Slice(int Start, int Length);

internal readonly record struct LayerRow(
    Slice Segment,
    Slice Layer,
    long RecordedAtNs,
    long Shape,
    long ChunkCount,
    long SizeBytes,
    Slice Type,
    Slice Schema,
    Slice Url,
    Slice Times,
    Slice Properties);

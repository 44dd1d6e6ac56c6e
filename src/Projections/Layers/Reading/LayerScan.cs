using System.Text;
using Strata.Contracts;
using Strata.Projections.Purges;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Reading;

/// <summary>
/// Walks through the layers that stood in a dataset at one position, some segments at a time and each time in a read transaction of its own: rows are temporal,
/// so all pages show the same moment, and a reader that is slow holds nothing back. Segment ids are in the order of their UTF-8 bytes.
/// </summary>
internal sealed class LayerScan
{
    private const int CancellationStride = 1_024;

    private static readonly string SelectTags =
        $"SELECT segment, shape, properties FROM segment_properties WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2 AND segment >= ?3 AND segment <= ?4 AND shape IS NOT NULL AND {PurgeRows.IsKept("segment_properties")} ORDER BY segment";

    private readonly DatasetId _dataset;
    private readonly long _asOf;
    private readonly LayerParts _parts;
    private readonly IReadOnlyList<string>? _segments;
    private readonly NameSet _skippedSegments;
    private readonly NameSet _layers;
    private readonly NameSet _skippedLayers;
    private byte[] _after = [];
    private int _next;

    public LayerScan(DatasetId dataset, TableQuery query, long asOf, LayerParts parts)
    {
        _dataset = dataset;
        _asOf = asOf;
        _segments = query.Segments is null ? null : [.. query.Segments.Distinct(StringComparer.Ordinal).OrderBy(Encoding.UTF8.GetBytes, ByteContent.Order)];
        _skippedSegments = new(query.SkippedSegments);
        _layers = new(query.Layers);
        _skippedLayers = new(query.SkippedLayers);

        // A filter by layer name looks at the names, also where no column shows them.
        _parts = query.Layers is null && query.SkippedLayers is null ? parts : parts | LayerParts.Facts;
    }

    public bool IsAtEnd { get; private set; }

    /// <summary>Fills the page with the next segments; it can stay empty at the end.</summary>
    public void Read(ReadScope scope, int maxSegments, LayerPage page, CancellationToken cancellationToken)
    {
        page.Clear();
        if (scope.FindDataset(_dataset, _asOf) is not { } key)
        {
            IsAtEnd = true;
        }
        else if (_segments is null)
        {
            ReadOn(scope, key, maxSegments, page, cancellationToken);
        }
        else
        {
            ReadListed(scope, key, maxSegments, page, cancellationToken);
        }

        page.Complete();
        if (_parts.HasFlag(LayerParts.Tags) && page.Starts.Count > 0)
        {
            ReadTags(scope, page);
        }
    }

    /// <summary>Both are in the order of segments: one walk along each.</summary>
    private void ReadTags(ReadScope scope, LayerPage page)
    {
        var rows = scope.Database.Prepare(SelectTags).Bind(1, scope.FindDataset(_dataset, _asOf)!.Value).Bind(2, _asOf)
            .BindText(3, page.SegmentOf(0)).BindText(4, page.SegmentOf(page.Starts.Count - 1));
        try
        {
            for (var segment = 0; rows.Step();)
            {
                while (page.SegmentOf(segment).SequenceCompareTo(rows.Bytes(0)) < 0)
                {
                    segment++;
                }

                if (page.SegmentOf(segment).SequenceEqual(rows.Bytes(0)))
                {
                    page.AddTags(segment, rows);
                }
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    private void ReadOn(ReadScope scope, long key, int maxSegments, LayerPage page, CancellationToken cancellationToken)
    {
        scope.Database.MapFile(true);
        var rows = scope.Database.Prepare(Select("segment > ?3 ORDER BY segment")).Bind(1, key).Bind(2, _asOf).BindText(3, _after);
        try
        {
            while (rows.Step())
            {
                if (page.Starts.Count >= maxSegments && !page.IsInLastSegment(rows.Bytes(0)))
                {
                    _after = page[page.Rows[^1].Segment].ToArray();
                    return;
                }

                Add(rows, page, cancellationToken);
            }

            IsAtEnd = true;
        }
        finally
        {
            rows.Reset();
        }
    }

    private void ReadListed(ReadScope scope, long key, int maxSegments, LayerPage page, CancellationToken cancellationToken)
    {
        var rows = scope.Database.Prepare(Select("segment = ?3")).Bind(1, key).Bind(2, _asOf);
        try
        {
            for (; _next < _segments!.Count && page.Starts.Count < maxSegments; _next++)
            {
                rows.Bind(3, _segments[_next]);
                while (rows.Step())
                {
                    Add(rows, page, cancellationToken);
                }
            }
        }
        finally
        {
            rows.Reset();
        }

        IsAtEnd = _next == _segments.Count;
    }

    private void Add(Statement rows, LayerPage page, CancellationToken cancellationToken)
    {
        if (page.Rows.Length % CancellationStride == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (!_skippedSegments.Has(rows, 0) && !_skippedLayers.Has(rows, 1) && (_layers.IsAbsent || _layers.Has(rows, 1)))
        {
            page.Add(rows, _parts);
        }
    }

    /// <summary>Names only the columns that are wanted: SQLite walks over the rest of a row without looking.</summary>
    private string Select(string condition)
    {
        var facts = _parts == LayerParts.None ? "" : ", layer, recorded_at_ns, shape, chunk_count, size_bytes, layer_type, schema_sha256";
        var more = _parts == LayerParts.None ? "" : $", {Wanted(LayerParts.Urls, "storage_url")}, {Wanted(LayerParts.Times, "times")}, {Wanted(LayerParts.Properties, "properties")}";
        return $"SELECT segment{facts}{more} FROM layers INDEXED BY layers_by_segment WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2 AND {condition}";
    }

    private string Wanted(LayerParts part, string column) => _parts.HasFlag(part) ? column : "NULL";

    /// <summary>Names that a filter lists, compared as the bytes that lie in the table.</summary>
    private readonly struct NameSet(IReadOnlyList<string>? names)
    {
        private readonly HashSet<byte[]>? _names = names is null ? null : new(names.Select(Encoding.UTF8.GetBytes), ByteContent.Comparer);

        public bool IsAbsent => _names is null;

        public bool Has(Statement rows, int column) => _names is not null && _names.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(rows.Bytes(column));
    }
}

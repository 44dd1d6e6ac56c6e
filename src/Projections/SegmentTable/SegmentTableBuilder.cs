using System.Runtime.InteropServices;
using Strata.Arrow;
using Strata.Projections.Layers.Reading;
using Strata.Projections.Layers.Values;

namespace Strata.Projections.SegmentTable;

/// <summary>Folds the layers of each segment into one row. Source: catalog-protocol §2.9.</summary>
internal sealed class SegmentTableBuilder : TableBuilder
{
    private static readonly Field Item = new("item", StringType.Default, nullable: false);

    private readonly TableColumns _columns;
    private readonly PropertyCells _properties;
    private readonly TimelineCells _timelines;
    private readonly TextColumn _ids = new();
    private readonly Offsets _starts = new();
    private readonly TextColumn _names = new();
    private readonly TextColumn _urls = new();
    private readonly List<long> _updated = [];
    private readonly List<ulong> _chunks = [];
    private readonly List<ulong> _sizes = [];
    private int _rows;

    public SegmentTableBuilder(TableColumns columns)
    {
        _columns = columns;
        _properties = new(columns);
        _timelines = new(columns);
        Parts = (columns.Picked.Any(column => column != (int)Own.Id) ? LayerParts.Facts : LayerParts.None)
            | (columns.IsPicked((int)Own.Urls) ? LayerParts.Urls : LayerParts.None)
            | (_timelines.IsAny ? LayerParts.Times : LayerParts.None)
            | (_properties.IsAny ? LayerParts.Properties | LayerParts.Tags : LayerParts.None);
    }

    private enum Own
    {
        Id,
        Names,
        Urls,
        Updated,
        Chunks,
        Sizes,
    }

    /// <summary>In the order of <see cref="Own"/>.</summary>
    public static IReadOnlyList<Field> OwnFields { get; } =
    [
        new("rerun_segment_id", StringType.Default, nullable: false),
        new("rerun_layer_names", new ListType(Item), nullable: false),
        new("rerun_storage_urls", new ListType(Item), nullable: false),
        new("rerun_last_updated_at", TimestampType.Nanosecond, nullable: false),
        new("rerun_num_chunks", UInt64Type.Default, nullable: false),
        new("rerun_size_bytes", UInt64Type.Default, nullable: false),
    ];

    public override LayerParts Parts { get; }

    public override void Add(LayerPage page, CancellationToken cancellationToken)
    {
        for (var segment = 0; segment < page.Starts.Count; segment++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (start, end) = (page.Starts[segment], page.End(segment));
            _rows++;
            _ids.Add(page[page.Rows[start].Segment]);
            if (Parts != LayerParts.None)
            {
                AddFacts(page, start, end);
            }

            if (_properties.IsAny)
            {
                _properties.AddRow(page, start, end, page.TagsOf(segment));
            }
        }
    }

    public override RecordBatch Finish() => _columns.ToBatch(_rows, column => column switch
    {
        (int)Own.Id => _ids.Finish(),
        (int)Own.Names => ListArray.From(Item, _starts.Span, _names.Finish()),
        (int)Own.Urls => ListArray.From(Item, _starts.Span, _urls.Finish()),
        (int)Own.Updated => TimestampArray.From(TimestampType.Nanosecond, CollectionsMarshal.AsSpan(_updated)),
        (int)Own.Chunks => UInt64Array.From(CollectionsMarshal.AsSpan(_chunks)),
        (int)Own.Sizes => UInt64Array.From(CollectionsMarshal.AsSpan(_sizes)),
        _ when column < _columns.FirstTimeline => _properties.Finish(column - _columns.FirstProperty),
        _ => _timelines.Finish(column - _columns.FirstTimeline),
    });

    private void AddFacts(LayerPage page, int start, int end)
    {
        var (updated, chunks, size) = (0L, 0UL, 0UL);
        _timelines.BeginRow();
        for (var i = start; i < end; i++)
        {
            ref readonly var row = ref page.Rows[i];
            updated = Math.Max(updated, row.RecordedAtNs);
            chunks += (ulong)row.ChunkCount;
            size += (ulong)row.SizeBytes;
            _names.Add(page[row.Layer]);
            if (Parts.HasFlag(LayerParts.Urls))
            {
                _urls.Add(page[row.Url]);
            }

            if (Parts.HasFlag(LayerParts.Times))
            {
                _timelines.Add(page, row);
            }
        }

        _starts.Add(end - start);
        _updated.Add(updated);
        _chunks.Add(chunks);
        _sizes.Add(size);
    }
}

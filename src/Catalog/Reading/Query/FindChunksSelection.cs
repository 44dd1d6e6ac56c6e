using System.Collections.Frozen;
using System.Collections.Immutable;
using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

/// <summary>What a FindChunks request asks for. Everything but the timeline's name is checked before the dataset is looked up. Source: catalog-protocol §11.3.</summary>
/// <param name="Timeline">Null in static mode.</param>
internal sealed record FindChunksSelection(ChunkQuery Query, string? Timeline)
{
    /// <exception cref="CatalogException">In Rerun's words.</exception>
    public static FindChunksSelection Of(FindChunksRequest request)
    {
        var contents = ContentsOf(request.Contents);
        return request.ModeCase switch
        {
            FindChunksRequest.ModeOneofCase.Static => new(new(SegmentsOf(request.Static.Segments, "static.segments"), contents, [], Statics: true), null),
            FindChunksRequest.ModeOneofCase.Range => OfRange(request.Range, contents),
            FindChunksRequest.ModeOneofCase.Samples => OfSamples(request.Samples, contents),
            _ => throw Required("mode"),
        };
    }

    private static FindChunksSelection OfRange(RangeSelection range, ContentFilter contents)
    {
        var timeline = TimelineOf(range.Timeline);
        var fill = IsFilled(range.FillMode, "range");
        var segments = SegmentsOf(range.Segments, "range.segments");
        if (!range.HasStartInclusive && !range.HasEndInclusive)
        {
            return new(new(segments, contents, [new AllTimes()], Statics: true), timeline);
        }

        var (start, end) = (range.HasStartInclusive ? range.StartInclusive : long.MinValue, range.HasEndInclusive ? range.EndInclusive : long.MaxValue);
        if (end < start)
        {
            throw CatalogException.InvalidArgument("`range.end_inclusive` must not be before `range.start_inclusive`");
        }

        ImmutableArray<TimeSelection> times = fill ? [new TimesBetween(timeline, start, end), new LatestAt(timeline, start)] : [new TimesBetween(timeline, start, end)];
        return new(new(segments, contents, times, Statics: true), timeline);
    }

    private static FindChunksSelection OfSamples(SegmentSamplesSelection samples, ContentFilter contents)
    {
        var timeline = TimelineOf(samples.Timeline);
        var fill = IsFilled(samples.FillMode, "samples");
        var times = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        foreach (var segment in samples.Segments)
        {
            var id = RequestIds.SegmentOf(segment.SegmentId ?? throw Required("samples.segment_id"));
            if (!times.TryAdd(id, [.. segment.Values.Order()]))
            {
                throw CatalogException.InvalidArgument($"duplicate segment id in `samples`: {id}");
            }
        }

        // A segment without values selects nothing, not even its static chunks.
        var sampled = times.Where(t => !t.Value.IsEmpty).ToFrozenDictionary(StringComparer.Ordinal);
        var segments = sampled.Keys.ToFrozenSet(StringComparer.Ordinal);
        return new(new(segments, contents, [new SampledTimes(timeline, sampled, fill)], Statics: true), timeline);
    }

    private static ContentFilter ContentsOf(ContentSelection? contents)
    {
        switch (contents?.SelectionCase)
        {
            case ContentSelection.SelectionOneofCase.All:
                return ContentFilter.Everything;
            case ContentSelection.SelectionOneofCase.Explicit:
                var components = new Dictionary<string, FrozenSet<string>?>(StringComparer.Ordinal);
                foreach (var entity in contents.Explicit.Entities)
                {
                    var path = RequestIds.EntityOf(entity.EntityPath ?? throw Required("contents.entity_path"));
                    if (!components.TryAdd(path, ComponentsOf(entity)))
                    {
                        throw CatalogException.InvalidArgument($"duplicate entity path in `contents`: {path}");
                    }
                }

                return ContentFilter.Of(components);
            default:
                throw Required("contents");
        }
    }

    private static FrozenSet<string>? ComponentsOf(EntitySelection entity) => entity.ComponentsCase switch
    {
        EntitySelection.ComponentsOneofCase.All => null,
        EntitySelection.ComponentsOneofCase.Explicit => entity.Explicit.Ids.ToFrozenSet(StringComparer.Ordinal),
        _ => throw Required("contents.components"),
    };

    private static FrozenSet<string>? SegmentsOf(SegmentSelection? segments, string field) => segments?.SelectionCase switch
    {
        SegmentSelection.SelectionOneofCase.All => null,
        SegmentSelection.SelectionOneofCase.Explicit => segments.Explicit.Ids.Select(RequestIds.SegmentOf).ToFrozenSet(StringComparer.Ordinal),
        _ => throw Required(field),
    };

    private static string TimelineOf(string timeline) =>
        timeline.Length > 0 ? timeline : throw CatalogException.InvalidArgument("Invalid `TimelineName`: must not be empty");

    private static bool IsFilled(FillMode mode, string field) => mode switch
    {
        FillMode.Unspecified or FillMode.None => false,
        FillMode.LatestAt => true,
        FillMode.EarliestAt => throw new CatalogException(StatusCode.Unimplemented, $"`{field}.fill_mode` `FILL_MODE_EARLIEST_AT` is not implemented"),
        _ => throw CatalogException.InvalidArgument($"`{field}.fill_mode` has unknown value {(int)mode}"),
    };

    private static CatalogException Required(string field) => CatalogException.InvalidArgument($"`{field}` is required");
}

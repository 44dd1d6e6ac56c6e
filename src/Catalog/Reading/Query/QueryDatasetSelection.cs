using System.Collections.Frozen;
using System.Collections.Immutable;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

/// <summary>
/// What a QueryDataset request asks for, without the refusals that differ between client generations (<see cref="QueryDatasetRules"/>). Source: catalog-protocol §2.14, §11.5.
/// </summary>
/// <param name="Timelines">Those of the query, at most two.</param>
internal sealed record QueryDatasetSelection(ChunkQuery Query, ImmutableArray<string> Timelines)
{
    /// <exception cref="CatalogException">INVALID_ARGUMENT, in Rerun's words.</exception>
    public static QueryDatasetSelection Of(QueryDatasetRequest request, QueryDatasetRules rules)
    {
        rules.Refuse(request);
        var segments = request.SegmentIds.Select(RequestIds.SegmentOf).ToArray();
        var wanted = segments.Length == 0 ? null : segments.ToFrozenSet(StringComparer.Ordinal);
        var (latestAt, range) = (request.Query?.LatestAt, request.Query?.Range);
        var contents = ContentsOf(request, rules);
        if (latestAt is null && range is null)
        {
            ImmutableArray<TimeSelection> all = request.ExcludeTemporalData ? [] : [new AllTimes()];
            return new(new(wanted, contents, all, !request.ExcludeStaticData), []);
        }

        var times = ImmutableArray.CreateBuilder<TimeSelection>();
        var timelines = ImmutableArray.CreateBuilder<string>();
        if (latestAt is { PerSegmentValues.Count: > 0 })
        {
            var samples = SamplesOf(latestAt, range, segments);
            times.Add(samples);
            timelines.Add(samples.Timeline);
            wanted = rules.EmptySampleSelectsNothing
                ? samples.TimesOfSegments.Where(s => !s.Value.IsEmpty).Select(s => s.Key).ToFrozenSet(StringComparer.Ordinal)
                : wanted;
        }
        else if (latestAt?.Index is { } index)
        {
            var timeline = TimelineOf(index);
            timelines.Add(timeline);
            if (latestAt.HasAt)
            {
                times.Add(new LatestAt(timeline, latestAt.At));
            }
        }

        if (range is not null)
        {
            var timeline = TimelineOf(range.Index ?? throw CatalogException.InvalidArgument("index is required for range query"));
            var bounds = range.IndexRange ?? throw CatalogException.InvalidArgument("index_range is required for range query");
            timelines.Add(timeline);
            times.Add(new TimesBetween(timeline, bounds.Start, bounds.End));
        }

        return new(new(wanted, contents, request.ExcludeTemporalData ? [] : times.ToImmutable(), !request.ExcludeStaticData), [.. timelines.Distinct()]);
    }

    private static ContentFilter ContentsOf(QueryDatasetRequest request, QueryDatasetRules rules)
    {
        var components = rules.ComponentsOf(request);
        return request.SelectAllEntityPaths
            ? ContentFilter.Everything
            : ContentFilter.Of(request.EntityPaths.Select(RequestIds.EntityOf).Distinct(StringComparer.Ordinal).Select(e => KeyValuePair.Create(e, components)));
    }

    private static SampledTimes SamplesOf(QueryLatestAt latestAt, QueryRange? range, string[] segments)
    {
        if (segments.Length == 0)
        {
            throw CatalogException.InvalidArgument("`per_segment_values` requires `segment_ids` to be non-empty");
        }

        if (latestAt.HasAt)
        {
            throw CatalogException.InvalidArgument("`latest_at.at` must be unset when `per_segment_values` is non-empty");
        }

        if (range is not null)
        {
            throw CatalogException.InvalidArgument("`range` must be unset when `per_segment_values` is non-empty");
        }

        if (latestAt.PerSegmentValues.Count != segments.Length)
        {
            throw CatalogException.InvalidArgument(
                $"`per_segment_values` must have one entry for each of `segment_ids`: expected {segments.Length}, found {latestAt.PerSegmentValues.Count}");
        }

        var timeline = TimelineOf(latestAt.Index ?? throw CatalogException.InvalidArgument("`latest_at.index` is required when `per_segment_values` is non-empty"));
        var times = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        for (var k = 0; k < segments.Length; k++)
        {
            if (!times.TryAdd(segments[k], [.. latestAt.PerSegmentValues[k].Values.Order()]))
            {
                throw CatalogException.InvalidArgument($"`segment_ids` must not name a segment twice when `per_segment_values` is non-empty: {segments[k]}");
            }
        }

        return new(timeline, times.ToFrozenDictionary(StringComparer.Ordinal), Fill: true);
    }

    private static string TimelineOf(IndexColumnSelector index) => index.Timeline is { Name.Length: > 0 } timeline
        ? timeline.Name
        : throw CatalogException.InvalidArgument("Invalid `TimelineName`: must not be empty");
}

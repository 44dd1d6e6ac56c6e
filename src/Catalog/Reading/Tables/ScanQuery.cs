using Strata.Catalog.Protocol;
using Strata.Projections;

namespace Strata.Catalog.Reading;

/// <summary>What a scan of a table asks for. Source: catalog-protocol §2.9, §2.10, §11.2.</summary>
internal static class ScanQuery
{
    public static TableQuery Of(Projections.DatasetEntry dataset, IReadOnlyList<string> columns, SegmentIdFilter? segments, LayerNameFilter? layers = null) => new(segments?.ScanOnly?.SegmentIds, dataset.AsOf)
    {
        SkippedSegments = segments?.Skip?.SegmentIds,
        Layers = layers?.ScanOnly?.LayerNames,
        SkippedLayers = layers?.Skip?.LayerNames,
        Columns = columns.Count == 0 ? null : columns,
    };
}

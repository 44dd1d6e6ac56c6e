using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

/// <summary>Names inside requests, in the form in which the read models have them.</summary>
internal static class RequestIds
{
    /// <exception cref="CatalogException">INVALID_ARGUMENT: the id is not set.</exception>
    public static string SegmentOf(SegmentId segment) => segment.HasId ? segment.Id : throw CatalogException.MissingField("rerun.common.v1alpha1.SegmentId.id");

    /// <summary>As chunk indexes write it, whatever escapes the client chose.</summary>
    public static string EntityOf(EntityPath entity) => Rrd.EntityPath.Parse(entity.Path).ToWireText();
}

using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>What is not there, or was changed since the client saw it, is no failure. Source: catalog-protocol §11.6.</summary>
    public override async Task<DeleteSegmentPropertiesResponse> DeleteSegmentProperties(DeleteSegmentPropertiesRequest request, ServerCallContext context)
    {
        if (request.Segments.Any(s => s.SegmentId is null))
        {
            throw CatalogException.InvalidArgument("segment_id is required");
        }

        var dataset = await Ports.RequireChangeableAsync(context);
        var segments = request.Segments.Select(s => (s.SegmentId.Id, s.HasExpectedRevision ? s.ExpectedRevision : (ulong?)null));
        var position = await Ports.Registrar.RemoveSegmentPropertiesAsync(new RemoveSegmentProperties(dataset.Dataset, [.. segments], SourceOf(context)), context.CancellationToken);
        await ShownAsync(position, context);
        return new();
    }
}

using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Replaces what was given to a segment beside its layers; the segment need not exist. Source: catalog-protocol §11.6.</summary>
    public override async Task<SetSegmentPropertiesResponse> SetSegmentProperties(SetSegmentPropertiesRequest request, ServerCallContext context)
    {
        if (request.SegmentId is null)
        {
            throw CatalogException.InvalidArgument("segment_id is required");
        }

        if (request.Properties is null)
        {
            throw CatalogException.InvalidArgument("properties are required");
        }

        var properties = request.Properties.ToBatch("SetSegmentPropertiesRequest.properties");
        var dataset = await Ports.RequireChangeableAsync(context);
        var command = new SetSegmentProperties(
            dataset.Dataset, request.SegmentId.Id, properties.ToIpcStream(), request.HasExpectedRevision ? request.ExpectedRevision : null, SourceOf(context));
        var outcome = await Ports.Registrar.SetSegmentPropertiesAsync(command, context.CancellationToken);
        await ShownAsync(outcome.Position, context);
        return new() { Revision = (ulong)outcome.Revision };
    }
}

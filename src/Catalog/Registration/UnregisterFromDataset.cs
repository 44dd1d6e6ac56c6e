using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Registration;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    private const string PropertyPrefix = "property:";

    /// <summary>Takes layers away: the listed segments, or all, times the listed layers, or all. Source: catalog-protocol §2.7.</summary>
    public override async Task UnregisterFromDataset(
        UnregisterFromDatasetRequest request, IServerStreamWriter<UnregisterFromDatasetResponse> responseStream, ServerCallContext context)
    {
        if (request.SegmentsToDrop.Count == 0 && request.LayersToDrop.Count == 0)
        {
            throw CatalogException.InvalidArgument("must specify at least 1 segment ID or layer for removal");
        }

        if (request.SegmentsToDrop.Any(s => s.Id.Length == 0))
        {
            throw CatalogException.MissingField("rerun.common.v1alpha1.SegmentId.id");
        }

        var dataset = await Ports.RequireChangeableAsync(context);
        var command = new UnregisterLayers(dataset.Dataset, [.. request.SegmentsToDrop.Select(s => s.Id)], [.. request.LayersToDrop], SourceOf(context));
        var outcome = await Ports.Registrar.UnregisterAsync(command, context.CancellationToken);
        await ShownAsync(outcome.Position, context);
        await responseStream.WriteAsync(
            new() { Data = (await ManifestColumnsAsync(dataset.Dataset, context.CancellationToken)).ToEmptyPart(), TaskId = new() { Id = TaskIds.Of(outcome.Position) } }, context.CancellationToken);
    }

    /// <summary>The columns that every manifest has. Source: catalog-protocol §2.10.</summary>
    private async Task<Arrow.Schema> ManifestColumnsAsync(DatasetId dataset, CancellationToken cancellationToken)
    {
        var manifest = await Ports.ReadModels.Manifest.ReadSchemaAsync(dataset, asOf: null, cancellationToken);
        return new(manifest.FieldsList.Where(f => !f.Name.StartsWith(PropertyPrefix, StringComparison.Ordinal)));
    }
}

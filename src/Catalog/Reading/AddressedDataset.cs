using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>The dataset that a reading call addresses.</summary>
    private async Task<Projections.DatasetEntry> AddressedDatasetAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("x-rerun-entry-id") is { } id)
        {
            return await Ports.ReadModels.Entries.FindAsync(new DatasetId(id.ToLowerInvariant()), context.CancellationToken)
                ?? throw CatalogException.NotFound($"Entry id '{id}' not found");
        }

        if (context.RequestHeaders.GetValueBytes("x-rerun-entry-name-bin") is { } name)
        {
            return await Ports.ReadModels.Entries.FindAsync(System.Text.Encoding.UTF8.GetString(name), context.CancellationToken)
                ?? throw CatalogException.NotFound("Entry name not found");
        }

        throw CatalogException.InvalidArgument("missing mandatory [\"x-rerun-entry-id\", \"x-rerun-entry-name-bin\"] HTTP headers");
    }

    private static DatasetResponseMeta MetaOf(Projections.DatasetEntry dataset) => new() { DatasetRevision = (ulong)dataset.Revision };
}

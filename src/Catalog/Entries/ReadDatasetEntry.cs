using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    public override async Task<ReadDatasetEntryResponse> ReadDatasetEntry(ReadDatasetEntryRequest request, ServerCallContext context) =>
        new() { Dataset = (await Ports.RequireDatasetAsync(context)).ToMessage() };
}

using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Name">The name that it gets.</param>
public sealed record RenameDatasetRequest(string Dataset, string Name);

/// <param name="Changed">False when it was called so already.</param>
public sealed record RenameDatasetResponse(string Name, string Id, bool Changed, long Position);

public sealed class RenameDatasetOperation(IRegistrar registrar, Catalog catalog) : IOperation<RenameDatasetRequest, RenameDatasetResponse>
{
    public static OperationRoute<RenameDatasetRequest, RenameDatasetResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rename", "Give a dataset another name", ApiJson.Default.RenameDatasetRequest, ApiJson.Default.RenameDatasetResponse);

    public async Task<RenameDatasetResponse> RunAsync(RenameDatasetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        DatasetNames.Refuse(request.Name);
        var entry = await catalog.RequireEntryAsync(request.Dataset, asker, cancellationToken);
        asker.Require(AccessScope.Register, request.Name);
        var outcome = await registrar.RenameDatasetAsync(new RenameDataset(entry.Dataset, request.Name, asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return new(outcome.Name, entry.Dataset.Value, outcome.Changed, outcome.Position);
    }
}

using Strata.Registrar;

namespace Strata.Web;

public sealed record DeleteDatasetRequest(string Dataset);

/// <param name="Position">Of the deletion: what the dataset held is shown as of any position before it.</param>
public sealed record DeleteDatasetResponse(string Name, string Id, long Position);

public sealed class DeleteDatasetOperation(IRegistrar registrar, Catalog catalog) : IOperation<DeleteDatasetRequest, DeleteDatasetResponse>
{
    public static OperationRoute<DeleteDatasetRequest, DeleteDatasetResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/delete", "Delete a dataset; the log keeps what was", ApiJson.Default.DeleteDatasetRequest, ApiJson.Default.DeleteDatasetResponse);

    public async Task<DeleteDatasetResponse> RunAsync(DeleteDatasetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireEntryAsync(request.Dataset, asker, cancellationToken);
        var outcome = await registrar.DeleteDatasetAsync(new DeleteDataset(entry.Dataset, asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return new(entry.Name, entry.Dataset.Value, outcome.DeletedAt);
    }
}

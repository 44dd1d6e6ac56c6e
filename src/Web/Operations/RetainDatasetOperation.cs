using Strata.Registrar;

namespace Strata.Web;

/// <param name="Superseded">How long bytes are kept that nothing stands on any more: <c>forever</c>, or <see cref="RetentionText"/>.</param>
public sealed record RetainDatasetRequest(string Dataset, string Superseded);

/// <param name="SupersededForNs">Null: for ever.</param>
public sealed record RetainDatasetResponse(string Name, string Id, long? SupersededForNs, long Position);

/// <summary>Says how long the bytes of superseded layers are kept.</summary>
public sealed class RetainDatasetOperation(IRegistrar registrar, Catalog catalog) : IOperation<RetainDatasetRequest, RetainDatasetResponse>
{
    public static OperationRoute<RetainDatasetRequest, RetainDatasetResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/retain", "Say how long superseded bytes are kept", ApiJson.Default.RetainDatasetRequest, ApiJson.Default.RetainDatasetResponse);

    public async Task<RetainDatasetResponse> RunAsync(RetainDatasetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (!RetentionText.TryParse(request.Superseded, out var keptForNs))
        {
            throw new OperationException(OperationErrors.Invalid, $"superseded: expected {RetentionText.Expected}, found '{request.Superseded}'", null);
        }

        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var position = await registrar.RetainDatasetAsync(new RetainDataset(entry.Dataset, keptForNs, asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return new(entry.Name, entry.Dataset.Value, keptForNs, position);
    }
}

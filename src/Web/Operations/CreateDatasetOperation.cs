using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Keep"><c>auto, copy</c> or <c>reference</c>: how the bytes of its recordings are kept.</param>
/// <param name="Rules">Rules to begin with: <c>howto</c> (the default) or <c>none</c>.</param>
public sealed record CreateDatasetRequest(string Name, string Keep = "auto", string Rules = RuleSets.HowTo);

public sealed record CreateDatasetResponse(string Name, string Id, bool Created, long Position);

public sealed class CreateDatasetOperation(IRegistrar registrar, Catalog catalog, RuleSets ruleSets) : IOperation<CreateDatasetRequest, CreateDatasetResponse>
{
    public static OperationRoute<CreateDatasetRequest, CreateDatasetResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets", "Create a dataset", ApiJson.Default.CreateDatasetRequest, ApiJson.Default.CreateDatasetResponse)
    {
        Needs = AccessScope.Register,
        AsksItself = true,
    };

    public async Task<CreateDatasetResponse> RunAsync(CreateDatasetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        asker.Require(AccessScope.Register, request.Name);
        DatasetNames.Refuse(request.Name);
        var command = new CreateDataset(request.Name, Choice.Parse<KeepMode>("keep", request.Keep), ruleSets.Named(request.Rules), asker.Source);
        var outcome = await registrar.CreateDatasetAsync(command, cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        return new(outcome.Name, outcome.Dataset.Value, outcome.Created, outcome.Position);
    }
}

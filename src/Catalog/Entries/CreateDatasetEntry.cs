using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.5.</summary>
    public override async Task<CreateDatasetEntryResponse> CreateDatasetEntry(CreateDatasetEntryRequest request, ServerCallContext context)
    {
        if (!request.HasName)
        {
            throw CatalogException.MissingField("rerun.cloud.v1alpha1.CreateDatasetEntryRequest.name");
        }

        RefuseNewEntryName(request.Name);
        context.Access().RequireRegister(request.Name);
        var command = new CreateDataset(request.Name, KeepMode.Auto, options.DefaultRules, SourceOf(context)) { Id = request.Id?.ToDatasetId(), MustNotExist = true };
        var outcome = await Ports.Registrar.CreateDatasetAsync(command, context.CancellationToken);
        await Ports.ReadModels.WaitForAsync(outcome.Position, context.CancellationToken);
        return new() { Dataset = (await Ports.RequireDatasetAsync(context, outcome.Dataset)).ToMessage() };
    }

    /// <summary>In Rerun's words, before the write side says it in its own.</summary>
    private static void RefuseNewEntryName(string name)
    {
        if (Names.RefuseNewEntryName(name) is { } refusal)
        {
            throw CatalogException.InvalidArgument($"invalid entry name: {refusal}");
        }
    }
}

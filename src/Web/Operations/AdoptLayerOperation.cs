using Strata.Registrar;

namespace Strata.Web;

/// <param name="Wait">Answer only when the rules have nothing more to do for the segment.</param>
public sealed record AdoptLayerRequest(string Dataset, string Segment, string Layer, bool Wait = false);

/// <param name="Rule">That derives the layer from now on.</param>
/// <param name="Adopted">False: the layer was the rule's already.</param>
public sealed record AdoptLayerResponse(string Rule, string Segment, string Layer, bool Adopted, long Position);

/// <summary>Gives the name of a layer that somebody registered back to the rule that writes it: the given layer is unregistered, and the rule derives.</summary>
public sealed class AdoptLayerOperation(IRegistrar registrar, Catalog catalog, Settlement settlement) : IOperation<AdoptLayerRequest, AdoptLayerResponse>
{
    public static OperationRoute<AdoptLayerRequest, AdoptLayerResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules/adopt", "Give the name of a given layer back to its rule", ApiJson.Default.AdoptLayerRequest, ApiJson.Default.AdoptLayerResponse);

    public async Task<AdoptLayerResponse> RunAsync(AdoptLayerRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var standstills = settlement.Standstills;
        var outcome = await registrar.AdoptLayerAsync(new AdoptLayer(entry.Dataset, request.Segment, request.Layer, asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        if (request.Wait)
        {
            await settlement.WaitAsync(entry.Dataset, [request.Segment], standstills, progress, cancellationToken);
        }

        return new(outcome.Rule, request.Segment, request.Layer, outcome.Adopted, outcome.Position);
    }
}

using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Segments">Null or empty: all of the dataset.</param>
/// <param name="Layers">Null or empty: all layers.</param>
/// <param name="Wait">Answer only when the rules have nothing more to do in the dataset: a schema that goes lets layers of other segments in.</param>
public sealed record UnregisterRequest(string Dataset, IReadOnlyList<string>? Segments = null, IReadOnlyList<string>? Layers = null, bool Wait = false);

public sealed record UnregisterResponse(long Position, IReadOnlyList<RemovedLayer> Removed);

public sealed record RemovedLayer(string Segment, string Layer);

public sealed class UnregisterOperation(IRegistrar registrar, Catalog catalog, Settlement settlement) : IOperation<UnregisterRequest, UnregisterResponse>
{
    public static OperationRoute<UnregisterRequest, UnregisterResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/unregister", "Take layers out of the catalog", ApiJson.Default.UnregisterRequest, ApiJson.Default.UnregisterResponse)
    {
        Needs = AccessScope.Register,
        Repeated = request => new(
            $"strata history {ShellWord.Of(request.Dataset)}{(request.Segments is [var segment] ? $" {ShellWord.Of(segment)}" : "")}", "it would take away what the rules derived since, too"),
    };

    public async Task<UnregisterResponse> RunAsync(UnregisterRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var command = new UnregisterLayers(entry.Dataset, [.. request.Segments ?? []], [.. request.Layers ?? []], asker.Source);
        var standstills = settlement.Standstills;
        var outcome = await registrar.UnregisterAsync(command, cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        if (request.Wait)
        {
            await settlement.WaitAsync(entry.Dataset, segments: null, standstills, progress, cancellationToken);
        }

        return new(outcome.Position, [.. outcome.Removed.Select(r => new RemovedLayer(r.Segment, r.Layer))]);
    }
}

using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Name">What the pin is called.</param>
/// <param name="At">A log position or a time; null: now, or what the name of the dataset says.</param>
public sealed record PinDatasetRequest(string Dataset, string Name, string? At = null);

/// <param name="Id">The pin's own.</param>
/// <param name="PinOf">Id of the dataset that it shows.</param>
/// <param name="AsOf">The position that it shows.</param>
public sealed record PinDatasetResponse(string Name, string Id, string PinOf, long AsOf, long Position)
{
    /// <summary>How many layers it shows.</summary>
    public int Layers { get; init; }

    /// <summary>Of how many the bytes were gone before it could hold them, by the retention under which gc let go of them.</summary>
    public IReadOnlyList<LetGoLayers> LetGo { get; init; } = [];

    /// <summary>How many segments stood there and were purged since.</summary>
    public int PurgedSegments { get; init; }
}

/// <summary>Gives a past state of a dataset a name, under which every client finds it.</summary>
public sealed class PinDatasetOperation(IRegistrar registrar, PinnedBytes bytes, Catalog catalog) : IOperation<PinDatasetRequest, PinDatasetResponse>
{
    public static OperationRoute<PinDatasetRequest, PinDatasetResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/pin", "Give a past state of a dataset a name", ApiJson.Default.PinDatasetRequest, ApiJson.Default.PinDatasetResponse)
    {
        Needs = AccessScope.Read,
    };

    public async Task<PinDatasetResponse> RunAsync(PinDatasetRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        DatasetNames.Refuse(request.Name);
        asker.Require(AccessScope.Register, request.Name);
        var head = await catalog.HeadAsync(cancellationToken);
        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.At, asker, cancellationToken);
        var position = entry.AsOf ?? head;
        var outcome = await registrar.PinDatasetAsync(new PinDataset(entry.Source, position, request.Name, asker.Source), cancellationToken);
        await catalog.CaughtUpAsync(cancellationToken);
        var found = await bytes.LookAsync(outcome.Dataset, position, cancellationToken);
        return new(request.Name, outcome.Dataset.Value, entry.Source.Value, position, outcome.Position)
        {
            Layers = found.Layers,
            LetGo = found.LetGo,
            PurgedSegments = found.PurgedSegments,
        };
    }
}

namespace Strata.Web;

/// <param name="All">Released and discarded ones too.</param>
public sealed record ListQuarantineRequest(string? Dataset = null, bool All = false);

public sealed record ListQuarantineResponse(IReadOnlyList<QuarantinedRecording> Recordings);

public sealed class ListQuarantineOperation(QuarantineEntries entries) : IOperation<ListQuarantineRequest, ListQuarantineResponse>
{
    public static OperationRoute<ListQuarantineRequest, ListQuarantineResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/quarantine", "Recordings that could not be registered", ApiJson.Default.ListQuarantineRequest, ApiJson.Default.ListQuarantineResponse)
    {
        AsksItself = true,
    };

    public async Task<ListQuarantineResponse> RunAsync(ListQuarantineRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new(await entries.ListAsync(request.Dataset, request.All, asker, cancellationToken));
}

namespace Strata.Web;

/// <param name="Dataset">Null: of all datasets.</param>
public sealed record ListBackfillsRequest(string? Dataset = null);

public sealed record ListBackfillsResponse(IReadOnlyList<BackfillLine> Backfills);

public sealed class ListBackfillsOperation(BackfillEntries entries) : IOperation<ListBackfillsRequest, ListBackfillsResponse>
{
    public static OperationRoute<ListBackfillsRequest, ListBackfillsResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/backfills", "Back-fills, and how far each is", ApiJson.Default.ListBackfillsRequest, ApiJson.Default.ListBackfillsResponse)
    {
        AsksItself = true,
    };

    public async Task<ListBackfillsResponse> RunAsync(ListBackfillsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new(await entries.ListAsync(request.Dataset, asker, cancellationToken));
}

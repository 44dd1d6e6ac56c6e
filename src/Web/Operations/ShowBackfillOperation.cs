namespace Strata.Web;

/// <param name="Id">Or an unambiguous beginning of it.</param>
/// <param name="Wait">Answer only when it is over, or paused.</param>
public sealed record ShowBackfillRequest(string Id, bool Wait = false);

public sealed class ShowBackfillOperation(BackfillEntries entries, Settlement settlement) : IOperation<ShowBackfillRequest, BackfillLine>
{
    public static OperationRoute<ShowBackfillRequest, BackfillLine> Route { get; } = new(
        HttpMethod.Get, "/api/v1/backfills/{id}", "One back-fill, and how far it is", ApiJson.Default.ShowBackfillRequest, ApiJson.Default.BackfillLine)
    {
        AsksItself = true,
    };

    public async Task<BackfillLine> RunAsync(ShowBackfillRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var standstills = settlement.Standstills;
        var line = await entries.RequireAsync(request.Id, asker, cancellationToken);
        return request.Wait ? await entries.WaitAsync(line.Id, standstills, progress, cancellationToken) : line;
    }
}

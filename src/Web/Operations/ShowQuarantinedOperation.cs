namespace Strata.Web;

/// <param name="Id">Or an unambiguous beginning of it.</param>
public sealed record ShowQuarantinedRequest(string Id);

public sealed class ShowQuarantinedOperation(QuarantineEntries entries) : IOperation<ShowQuarantinedRequest, QuarantinedRecording>
{
    public static OperationRoute<ShowQuarantinedRequest, QuarantinedRecording> Route { get; } = new(
        HttpMethod.Get, "/api/v1/quarantine/{id}", "One recording in quarantine", ApiJson.Default.ShowQuarantinedRequest, ApiJson.Default.QuarantinedRecording)
    {
        AsksItself = true,
    };

    public Task<QuarantinedRecording> RunAsync(ShowQuarantinedRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        entries.RequireAsync(request.Id, asker, cancellationToken);
}

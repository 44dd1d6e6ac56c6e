using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Id">Or an unambiguous beginning of it.</param>
public sealed record DiscardQuarantinedRequest(string Id);

public sealed class DiscardQuarantinedOperation(IRegistrar registrar, QuarantineEntries entries) : IOperation<DiscardQuarantinedRequest, QuarantinedRecording>
{
    public static OperationRoute<DiscardQuarantinedRequest, QuarantinedRecording> Route { get; } = new(
        HttpMethod.Post, "/api/v1/quarantine/{id}/discard", "Give a quarantined recording up", ApiJson.Default.DiscardQuarantinedRequest, ApiJson.Default.QuarantinedRecording)
    {
        Needs = AccessScope.Register,
    };

    public async Task<QuarantinedRecording> RunAsync(DiscardQuarantinedRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await entries.RequireAsync(request.Id, cancellationToken);
        await registrar.DiscardAsync(Sha256Digest.Parse(entry.Id), Sources.Asked, cancellationToken);
        return await entries.RequireAsync(entry.Id, cancellationToken);
    }
}

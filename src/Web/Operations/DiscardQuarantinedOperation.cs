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
        AsksItself = true,
    };

    public async Task<QuarantinedRecording> RunAsync(DiscardQuarantinedRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await entries.RequireAsync(request.Id, asker, cancellationToken);
        asker.Require(AccessScope.Register, entry.Dataset);
        await registrar.DiscardAsync(Sha256Digest.Parse(entry.Id), asker.Source, cancellationToken);
        return await entries.RequireAsync(entry.Id, asker, cancellationToken);
    }
}

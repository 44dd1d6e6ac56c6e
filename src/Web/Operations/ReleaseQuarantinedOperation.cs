using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Id">Or an unambiguous beginning of it.</param>
/// <param name="Recover">Register what is whole of a broken file.</param>
/// <param name="Wait">Answer only when every rule has been evaluated for what was registered.</param>
public sealed record ReleaseQuarantinedRequest(string Id, bool Recover = false, bool Wait = false);

/// <summary>Tries a quarantined recording again.</summary>
public sealed class ReleaseQuarantinedOperation(IRegistrar registrar, RegisteredAnswer answer, QuarantineEntries entries) : IOperation<ReleaseQuarantinedRequest, RegisterResponse>
{
    public static OperationRoute<ReleaseQuarantinedRequest, RegisterResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/quarantine/{id}/release", "Register a quarantined recording again", ApiJson.Default.ReleaseQuarantinedRequest, ApiJson.Default.RegisterResponse)
    {
        Needs = AccessScope.Register,
        AsksItself = true,
    };

    public async Task<RegisterResponse> RunAsync(ReleaseQuarantinedRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await entries.RequireAsync(request.Id, asker, cancellationToken);
        asker.Require(AccessScope.Register, entry.Dataset);
        var before = await answer.StartAsync(cancellationToken);
        var outcome = await registrar.ReleaseAsync(Sha256Digest.Parse(entry.Id), request.Recover, asker.Source, cancellationToken);
        var answered = await answer.OfAsync(entry.Dataset, outcome, before, request.Wait, progress, cancellationToken);

        // The bytes came from the store's own copy; the person knows their file.
        return answered with { Recordings = [.. answered.Recordings.Select(r => r with { Path = entry.Path })] };
    }
}

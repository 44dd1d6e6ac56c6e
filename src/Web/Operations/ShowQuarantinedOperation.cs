using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Web;

/// <param name="Id">Or an unambiguous beginning of it.</param>
public sealed record ShowQuarantinedRequest(string Id);

public sealed class ShowQuarantinedOperation(QuarantineEntries entries, IEventStore store) : IOperation<ShowQuarantinedRequest, QuarantinedRecording>
{
    public static OperationRoute<ShowQuarantinedRequest, QuarantinedRecording> Route { get; } = new(
        HttpMethod.Get, "/api/v1/quarantine/{id}", "One recording in quarantine", ApiJson.Default.ShowQuarantinedRequest, ApiJson.Default.QuarantinedRecording)
    {
        AsksItself = true,
    };

    public async Task<QuarantinedRecording> RunAsync(ShowQuarantinedRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await entries.RequireAsync(request.Id, asker, cancellationToken);
        var streams = await store.ReadStreamsAsync([StreamIds.Quarantine(Sha256Digest.Parse(entry.Id))], cancellationToken);
        return streams[0].Events.Select(e => e.Event).OfType<RecordingQuarantined>().LastOrDefault() is { } quarantined
            ? entry with { MessageId = quarantined.MessageId, Message = quarantined.Message }
            : entry;
    }
}

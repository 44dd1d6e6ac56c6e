using System.Text;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Tries what a robot's message asked for once more, because a person vouches for it: the file may be there by now, or the sender be the right one.</summary>
internal sealed class MessageRelease(RegisterRecordingsHandler registrations, OptimisticAppend appends, IUploadedRecordings uploads, PublishOptions options)
{
    /// <exception cref="CommandRefusedException">The message is none, or its upload is not there.</exception>
    public async Task<RegisterOutcome> ReleaseAsync(RecordingQuarantined entry, ReleaseRecording command, CancellationToken cancellationToken)
    {
        var read = RobotMessageReader.ReadPublished(Encoding.UTF8.GetBytes(entry.Message!));
        var message = read.Message ?? throw new CommandRefusedException(
            RefusalKind.Conflict, $"quarantine entry '{entry.QuarantineId}' holds a message that nothing can be registered from ({read.Refusal!.Text}); mend the program that sends it, and discard this entry");
        var request = await ToRequestAsync(message, cancellationToken);
        var register = new RegisterRecordings(message.Dataset, message.Layer, [request], OnDuplicate.Known, KeepMode: null, options.DefaultRules, command.Source, CommandId: null)
        {
            // Its name may be another dataset's by now.
            ById = entry.Dataset == DatasetId.None ? null : entry.Dataset,
        };
        var outcome = await registrations.HandleAsync(register, progress: null, cancellationToken);
        if (outcome.Recordings.All(r => r.Status is RegistrationStatus.Registered or RegistrationStatus.Known or RegistrationStatus.Replaced))
        {
            var released = await ReleaseEntryAsync(entry, command, cancellationToken);
            return outcome with { Position = Math.Max(outcome.Position, released) };
        }

        return outcome;
    }

    private async Task<RecordingRequest> ToRequestAsync(RecordingPublished message, CancellationToken cancellationToken)
    {
        if (message.Upload is not { } receipt)
        {
            return new(message.StorageUrl!, message.StorageUrl!);
        }

        return await uploads.FindAsync(receipt, cancellationToken) is { } kept
            ? new(kept.Kept.Location, "") { Kept = kept }
            : throw new CommandRefusedException(RefusalKind.Conflict, $"the store does not hold the upload {receipt} of message '{message.MessageId}' of robot '{message.Robot}'; let the robot upload it again, then release this entry");
    }

    private async Task<long> ReleaseEntryAsync(RecordingQuarantined entry, ReleaseRecording command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        var appended = await OptimisticAppend.RunAsync<EventStore.AppendResult.Appended>(
            $"release quarantine entry '{entry.QuarantineId}'",
            async token =>
            {
                var streams = new LoadedStreams(appends.Store);
                await streams.LoadAsync([StreamIds.Quarantine(entry.QuarantineId)], token);
                var (state, version) = streams.Quarantine(entry.QuarantineId);
                var plan = new AppendPlan();
                plan.Add(StreamIds.Quarantine(entry.QuarantineId), version, ReleaseRecording.Decide(state, command)[0]);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) as EventStore.AppendResult.Appended;
            },
            cancellationToken);
        return appended.LastPosition;
    }
}

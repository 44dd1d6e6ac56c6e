using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Takes recordings out of quarantine, registered or given up.</summary>
internal sealed class QuarantineHandler(OptimisticAppend appends, IRecordingStore recordings, SourceInspection inspection, MessageRelease messages)
{
    public async Task<RegisterOutcome> ReleaseAsync(ReleaseRecording command, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Quarantine(command.QuarantineId)], cancellationToken);
        var entry = ReleaseRecording.RequireOpen(streams.Quarantine(command.QuarantineId).State, command.QuarantineId);
        if (entry is { Kept: null, Message: not null })
        {
            return await messages.ReleaseAsync(entry, command, cancellationToken);
        }

        await streams.LoadAsync([StreamIds.Dataset(entry.Dataset)], cancellationToken);
        var stores = DatasetLimits.Of(DatasetDirectory.Require(streams, entry.Dataset).State.Kind).Stores;
        if (entry.Kept is not { } kept)
        {
            throw new CommandRefusedException(
                RefusalKind.Conflict, $"quarantine entry '{command.QuarantineId}': the bytes of {entry.StorageUrl} could not be kept; register the file again");
        }

        var blobs = new BlobBuffer(appends.Store);
        var file = new KeptFile(kept, entry.SizeBytes, Sha256OfCopy(kept));
        var source = new RecordingSource(kept.Location, entry.StorageUrl);
        var inspected = await inspection.InspectKeptAsync(source, file, new(stores, command.Recovered), blobs, cancellationToken);
        var call = new RegisterCall(ToRegister(entry, command), stores, [inspected], blobs, new KeptSources(recordings, inspection, progress: null));
        call.Kept.Preset(0, file);
        return await OptimisticAppend.RunAsync($"release quarantine entry '{command.QuarantineId}'", token => TryReleaseAsync(call, entry, command, token), cancellationToken);
    }

    public Task DiscardAsync(DiscardRecording command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync<object>(
            $"discard quarantine entry '{command.QuarantineId}'",
            async token =>
            {
                var streams = new LoadedStreams(appends.Store);
                await streams.LoadAsync([StreamIds.Quarantine(command.QuarantineId)], token);
                var (state, version) = streams.Quarantine(command.QuarantineId);
                var events = DiscardRecording.Decide(state, command);
                if (events.IsEmpty)
                {
                    return state;
                }

                var plan = new AppendPlan();
                plan.Add(StreamIds.Quarantine(command.QuarantineId), version, events[0]);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token);
            },
            cancellationToken);
    }

    private async Task<RegisterOutcome?> TryReleaseAsync(RegisterCall call, RecordingQuarantined entry, ReleaseRecording command, CancellationToken cancellationToken)
    {
        await using var hold = await recordings.HoldAsync(cancellationToken);
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(entry.Dataset), StreamIds.Quarantine(command.QuarantineId)], cancellationToken);
        DatasetDirectory.Require(streams, entry.Dataset);
        var (state, version) = streams.Quarantine(command.QuarantineId);
        var released = ReleaseRecording.Decide(state, command);
        var attempt = new RegisterAttempt(call, entry.Dataset, streams);
        await attempt.JudgeAsync(cancellationToken);
        var plan = new AppendPlan();
        plan.Guard(new Guard.Require(GuardScopes.Dataset, entry.Dataset.Value));
        await attempt.PlanAsync(appends.Store, plan, cancellationToken);
        if (!attempt.Items.All(i => i.Registers || i.Status == RegistrationStatus.Known))
        {
            // What still cannot be registered stays in quarantine, and the answer says why.
            foreach (var item in attempt.Items.Where(i => i.IsDuplicate))
            {
                item.ExplainDuplicate(
                    $"layer '{item.Layer}' of segment '{item.Recording!.Segment}' stands already, registered from {item.Supersedes!.Event.StorageUrl}; unregister that layer first, then release this entry again, or discard it: it stays in quarantine");
            }

            return attempt.ToOutcome(entry.Dataset, created: false);
        }

        plan.Add(StreamIds.Quarantine(command.QuarantineId), version, released[0]);
        switch (await appends.TryAppendAsync(plan.Build(call.CommandId, call.Blobs.Waiting), cancellationToken))
        {
            case AppendResult.Appended appended:
                attempt.Settle(plan.Locate(appended.Positions));
                return attempt.ToOutcome(entry.Dataset, created: false) with { Position = appended.LastPosition };
            default:
                return null;
        }
    }

    /// <summary>A copy's name is its content's hash.</summary>
    private static Sha256Digest? Sha256OfCopy(KeptBytes kept) =>
        kept.Mode == KeepMode.Copy && Path.GetFileNameWithoutExtension(kept.Location) is { Length: 64 } name ? Sha256Digest.Parse(name) : null;

    private static RegisterRecordings ToRegister(RecordingQuarantined entry, ReleaseRecording command) => new(
        Dataset: entry.Dataset.Value,
        entry.Layer,
        [new RecordingRequest(entry.Kept!.Location, entry.StorageUrl)],
        OnDuplicate.Known,
        KeepMode.Copy,
        DefaultRules: [],
        command.Source,
        CommandId: null);
}

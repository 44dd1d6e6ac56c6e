using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Registers all sources of a call in one append. Source: DESIGN §4, rules 1, 5, 14 and 15.</summary>
internal sealed class RegisterRecordingsHandler(OptimisticAppend appends, IRecordingStore recordings, SourceInspection inspection)
{
    private readonly DatasetDirectory _datasets = new(appends.Store);

    public async Task<RegisterOutcome> HandleAsync(RegisterRecordings command, IProgress<RegisterProgress>? progress, CancellationToken cancellationToken)
    {
        Refuse(command);
        var sources = command.Sources.Select(s => new RecordingSource(s.Path, s.StorageUrl)).ToList();
        var blobs = new BlobBuffer(appends.Store);
        var inspected = await inspection.InspectAllAsync(
            sources, recover: false, blobs, done => progress?.Report(new(done, sources.Count, RegisterStages.Inspect)), cancellationToken);
        var call = new RegisterCall(command, inspected, blobs, new KeptSources(recordings, inspection, progress));
        var copies = new LostCopies(recordings);
        return await OptimisticAppend.RunAsync($"register into '{command.Dataset}'", token => TryAsync(call, copies, token), cancellationToken);
    }

    private static void Refuse(RegisterRecordings command)
    {
        CreateDataset.RefuseName(command.Dataset);
        if (Names.RefuseId("layer", command.Layer) is { } refusal)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, refusal);
        }

        if (command.Sources.IsEmpty)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, "no data sources to register");
        }
    }

    private async Task<RegisterOutcome?> TryAsync(RegisterCall call, LostCopies copies, CancellationToken cancellationToken)
    {
        var command = call.Command;
        var found = await _datasets.FindAsync(command.Dataset, cancellationToken);
        var dataset = found ?? call.NewDataset;
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset)], cancellationToken);
        var state = streams.Dataset(dataset);
        var attempt = new RegisterAttempt(call, dataset, streams);
        await attempt.JudgeAsync(cancellationToken);
        if (!await call.Kept.KeepAsync(attempt.Items, call, command.KeepMode ?? state.State.Created?.KeepMode ?? KeepMode.Auto, cancellationToken))
        {
            return null;
        }

        await copies.RestoreAsync(attempt.Items, cancellationToken);
        var plan = new AppendPlan();
        if (found is null)
        {
            DatasetDirectory.PlanCreation(plan, dataset, state, call.Creation);
        }
        else
        {
            plan.Guard(new Guard.Require(GuardScopes.Dataset, dataset.Value));
        }

        if (!await attempt.PlanAsync(appends.Store, plan, cancellationToken))
        {
            return attempt.ToOutcome(found, created: false);
        }

        call.Progress(RegisterStages.Append);
        switch (await appends.TryAppendAsync(plan.Build(call.CommandId, call.Blobs.Waiting), cancellationToken))
        {
            case AppendResult.Appended appended:
                attempt.Settle(plan.Locate(appended.Positions));
                return attempt.ToOutcome(dataset, created: found is null);
            case AppendResult.Known known:
                return await AnswerKnownAsync(call, dataset, known, cancellationToken);
            default:
                return null;
        }
    }

    /// <summary>The command was appended before, though the streams do not show it for what it names now: its answer is what it appended then.</summary>
    private async Task<RegisterOutcome> AnswerKnownAsync(RegisterCall call, DatasetId dataset, AppendResult.Known known, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset)], cancellationToken);
        var attempt = new RegisterAttempt(call, dataset, streams);
        await attempt.JudgeAsync(cancellationToken);
        foreach (var item in attempt.Items.Where(i => i.Registers && i.Position is null))
        {
            item.Fail($"the command '{call.CommandId}' was carried out before (up to position {known.LastPosition}) without this recording; send it under an id of its own");
        }

        return attempt.ToOutcome(dataset, created: false) with { Position = known.LastPosition };
    }
}

using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>Registers all sources of a call in one append. Source: DESIGN §4, rules 1, 5, 14 and 15.</summary>
internal sealed class RegisterRecordingsHandler(OptimisticAppend appends, IRecordingStore recordings, SourceInspection inspection)
{
    private readonly DatasetDirectory _datasets = new(appends.Store);

    public async Task<RegisterOutcome> HandleAsync(RegisterRecordings command, IProgress<RegisterProgress>? progress, CancellationToken cancellationToken)
    {
        Refuse(command);
        var stores = await StoresAsync(command, cancellationToken);
        var blobs = new BlobBuffer(appends.Store);
        var kept = new KeptSources(recordings, inspection, progress);
        var inspected = await InspectAsync(command, new(stores, Recover: false), blobs, kept, cancellationToken);
        var call = new RegisterCall(command, stores, inspected, blobs, kept);
        await PublishedFiles.PrepareAsync(call, inspection, cancellationToken);
        var copies = new LostCopies(recordings, throwWhenFull: call.HasMessages);
        return await OptimisticAppend.RunAsync($"register into '{command.Dataset}'", token => HoldingAsync(call, copies, token), cancellationToken);
    }

    private async Task<InspectedSource[]> InspectAsync(RegisterRecordings command, InspectionWish wish, BlobBuffer blobs, KeptSources kept, CancellationToken cancellationToken)
    {
        var inspected = new InspectedSource[command.Sources.Length];
        foreach (var (index, source) in command.Sources.Index())
        {
            inspected[index] = PublishedFiles.Refuse(source)!;
        }

        var files = command.Sources.Index().Where(s => s.Item.Kept is null && inspected[s.Index] is null).ToList();
        var found = await inspection.InspectAllAsync(
            [.. files.Select(f => new RecordingSource(f.Item.Path, f.Item.StorageUrl))], wish, blobs, done => kept.Report(done, files.Count, RegisterStages.Inspect), cancellationToken);
        foreach (var (k, (index, _)) in files.Index())
        {
            inspected[index] = found[k];
        }

        foreach (var (index, source) in command.Sources.Index())
        {
            if (source.Kept is { } file)
            {
                kept.Preset(index, file);
                var url = source.StorageUrl.Length > 0 ? source.StorageUrl : StorageUrls.OfKept(file.Kept);
                inspected[index] = await inspection.InspectKeptAsync(new(file.Kept.Location, url), file, wish, blobs, cancellationToken);
            }
        }

        return inspected;
    }

    private static void Refuse(RegisterRecordings command)
    {
        if (command.ById is null)
        {
            CreateDataset.RefuseName(command.Dataset);
        }

        if (command.Sources.IsEmpty)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, "no data sources to register");
        }

        if (command.Sources.Select(s => s.Layer ?? command.Layer).Distinct(StringComparer.Ordinal).Select(l => Names.RefuseId("layer", l)).FirstOrDefault(r => r is not null) is { } refusal)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, refusal);
        }
    }

    /// <summary>Which stores of a file are wanted is asked before the files are looked at; a dataset's kind never changes.</summary>
    private async Task<StoreKind> StoresAsync(RegisterRecordings command, CancellationToken cancellationToken)
    {
        if (await FindAsync(command, cancellationToken) is not { } dataset)
        {
            RefuseMoment(command.Dataset);
            return StoreKind.Recording;
        }

        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset)], cancellationToken);
        return DatasetLimits.Of(DatasetDirectory.Require(streams, dataset).State.Kind).Stores;
    }

    /// <summary>Told before the files are looked at: a dataset of that name cannot be made.</summary>
    private static void RefuseMoment(string name)
    {
        if (MomentName.TryParse(name) is { } moment)
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition, $"'{name}' is dataset '{moment.Dataset}' as of '{moment.MomentText}': a past state is read and never changed; register into '{moment.Dataset}'");
        }
    }

    private async Task<DatasetId?> FindAsync(RegisterRecordings command, CancellationToken cancellationToken) =>
        command.ById ?? await _datasets.FindAsync(command.Dataset, cancellationToken);

    /// <summary>What this attempt keeps, or finds kept, stays there until its event stands.</summary>
    private async Task<RegisterOutcome?> HoldingAsync(RegisterCall call, LostCopies copies, CancellationToken cancellationToken)
    {
        await using var hold = await recordings.HoldAsync(cancellationToken);
        await call.Kept.ForgetGoneAsync(cancellationToken);
        foreach (var (index, source) in call.Sources.Index())
        {
            if (source is InspectedSource.Broken { File: { } aside } broken && !await recordings.IsThereAsync(aside.Kept, cancellationToken))
            {
                call.Sources[index] = broken with { File = await inspection.KeepAsideAgainAsync(broken, cancellationToken) };
            }
        }

        return await TryAsync(call, copies, cancellationToken);
    }

    private async Task<RegisterOutcome?> TryAsync(RegisterCall call, LostCopies copies, CancellationToken cancellationToken)
    {
        var command = call.Command;
        var found = await FindAsync(command, cancellationToken);
        var dataset = found ?? call.NewDataset;
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset)], cancellationToken);
        var state = found is null ? streams.Dataset(dataset) : DatasetDirectory.Require(streams, dataset);
        if (DatasetLimits.Of(state.State.Kind).Stores != call.Wish.Stores)
        {
            throw new CommandRefusedException(RefusalKind.Contended, $"another dataset got the name '{command.Dataset}' while its files were looked at; nothing was registered, the same command may be sent again");
        }

        var attempt = new RegisterAttempt(call, dataset, streams);
        await attempt.JudgeAsync(cancellationToken);
        if (attempt.Refusal is { } refusal)
        {
            return await KeepAsideAsync(call, attempt, found, cancellationToken) ? throw refusal : null;
        }

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

    /// <summary>Of a refused call only the broken files stay, in quarantine.</summary>
    /// <returns>False when others were faster.</returns>
    private async Task<bool> KeepAsideAsync(RegisterCall call, RegisterAttempt attempt, DatasetId? found, CancellationToken cancellationToken)
    {
        var plan = new AppendPlan();
        if (found is not { } dataset || !attempt.PlanRefused(plan))
        {
            return true;
        }

        plan.Guard(new Guard.Require(GuardScopes.Dataset, dataset.Value));
        return await appends.TryAppendAsync(plan.Build(call.CommandId, []), cancellationToken) is not null;
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

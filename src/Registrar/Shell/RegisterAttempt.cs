using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>One attempt at a register call: every source judged against the streams as they were read, then planned as one append.</summary>
internal sealed class RegisterAttempt(RegisterCall call, DatasetId dataset, LoadedStreams streams)
{
    private readonly RegisterRecordings _command = call.Command;
    private IReadOnlyList<PlannedEvent> _resumed = [];
    private readonly DatasetLimits _limits = DatasetLimits.Of(streams.Dataset(dataset).State.Kind);
    private readonly CallFailures _failures = new(call, dataset, streams);
    private readonly CallMessages _messages = new(call, dataset, streams);
    private ImmutableArray<YieldedLayer> _yielded = [];
    private long _resumedAt;

    public ImmutableArray<RegistrationItem> Items { get; } = [.. call.Sources.SelectMany((source, index) => ItemsOf(source, index, call))];

    /// <summary>Why the whole call is refused, known before any byte is kept; null when it is not.</summary>
    public CommandRefusedException? Refusal { get; private set; }

    /// <summary>Reads the streams and decides each item, up to what needs bytes or schemas.</summary>
    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        RefuseIds();
        await _messages.SetAsideAsync(Items, cancellationToken);
        var duplicates = new CallDuplicates(call, Items);
        duplicates.Refuse();
        await streams.LoadAsync(Items.Where(i => i.IsOpen && i.Recording is not null).Select(StreamOf), cancellationToken);
        await streams.LoadAsync(Items.Select(i => i.Source).OfType<InspectedSource.Broken>().Select(b => StreamIds.Quarantine(_failures.QuarantineIdOf(b))), cancellationToken);
        foreach (var item in Items.Where(i => i.IsOpen))
        {
            switch (item.Source)
            {
                case InspectedSource.Unusable unusable:
                    item.Fail(unusable.Reason);
                    break;
                case InspectedSource.Barren barren:
                    item.Fail(barren.Reason);
                    break;
                case InspectedSource.Broken broken:
                    var quarantine = streams.Quarantine(_failures.QuarantineIdOf(broken)).State;
                    item.Quarantine(broken, _failures.QuarantineIdOf(broken), quarantine.IsOpen ? quarantine.Position : null);
                    break;
                default:
                    Judge(item, item.Recording!);
                    break;
            }
        }

        duplicates.Follow();
        Refusal = _failures.RefusalOf(Items, duplicates.Refused);
    }

    /// <summary>Plans what a refused call leaves behind: its broken files in quarantine.</summary>
    /// <returns>False when nothing is.</returns>
    public bool PlanRefused(AppendPlan plan) => _failures.PlanQuarantine(Items, plan);

    /// <summary>Plans the events and guards of all that is to be appended.</summary>
    /// <returns>False when nothing is.</returns>
    public async Task<bool> PlanAsync(IEventStore store, AppendPlan plan, CancellationToken cancellationToken)
    {
        _messages.CheckKept(Items);
        _messages.FailTogether(Items);
        var turn = _limits.MaxSegments is { } limit ? await SegmentTurn.TakeAsync(store, dataset, limit, _limits.Noun, cancellationToken) : null;
        var registers = Items.Where(i => i.Registers && i.Position is null).ToList();
        var gate = await AdmitAsync(store, registers, cancellationToken);
        var planner = new LayerPlanner(dataset, streams, gate.Gate, plan);
        _yielded = await planner.YieldAsync(gate.Yielding, _command.Source, cancellationToken);
        if (turn is not null)
        {
            await turn.RefuseBeyondAsync(gate.Gate, registers.Where(i => i.Registers).Select(i => i.Recording!.Segment), plan, cancellationToken);
        }

        foreach (var item in registers.Where(i => i.Registers))
        {
            foreach (var @event in RegisterLayer.Decide(planner.Segment(item.Recording!.Segment).State, CommandOf(item)))
            {
                item.Plan(planner.Add(item.Recording.Segment, @event));
            }
        }

        gate.Gate.WriteGuards(plan);
        _resumed = await LostCopies.PlanResumptionsAsync(Items, dataset, streams, plan, cancellationToken);
        await _messages.KeepFailedAsync(Items, _command.KeepMode ?? streams.Dataset(dataset).State.Created?.KeepMode ?? KeepMode.Auto, cancellationToken);
        var quarantined = _failures.PlanQuarantine(Items, plan) | _messages.PlanQuarantine(Items, plan);
        var failed = _failures.PlanRecord(Items, plan);
        var answered = _messages.PlanAnswers(Items, plan);
        return quarantined || failed || answered || _resumed.Count > 0 || registers.Any(i => i.Planned is not null);
    }

    public void Settle(Func<PlannedEvent, long> locate)
    {
        foreach (var item in Items)
        {
            item.Settle(locate);
        }

        _messages.Settle(locate);
        _resumedAt = _resumed.Select(locate).DefaultIfEmpty().Max();
    }

    public RegisterOutcome ToOutcome(DatasetId? known, bool created)
    {
        foreach (var item in Items)
        {
            item.SettleAsFirst();
        }

        return new(known, created, Math.Max(Items.Max(i => i.Position) ?? 0, _resumedAt), [.. Items.Select(i => i.ToAnswer())]) { Yielded = _yielded, Answers = _messages.Answers };
    }

    private static IEnumerable<RegistrationItem> ItemsOf(InspectedSource source, int index, RegisterCall call) => source switch
    {
        InspectedSource.Sound sound => sound.Recordings.Select(r => new RegistrationItem(index, source, r, call.LayerOf(index))),
        // To Rerun's clients a file without a store of the right kind is neither a row nor an error.
        InspectedSource.Barren when call.RefusesForSources => [],
        _ => [new RegistrationItem(index, source, null, call.LayerOf(index))],
    };

    private void RefuseIds()
    {
        foreach (var item in Items)
        {
            if (item.Recording is { } recording && Names.RefuseId("segment", recording.Segment) is { } refusal)
            {
                item.Fail($"'{item.Source.Source.Path}': {refusal}; record it with another recording id", QuarantineReasons.LimitExceeded);
            }
        }
    }

    private void Judge(RegistrationItem item, InspectedRecording recording)
    {
        if (AnsweredBefore(item, recording) is { } before)
        {
            item.AnswerAgain(before.Event is LayerRegistered { Supersedes: not null } && _command.OnDuplicate == OnDuplicate.Replace ? RegistrationStatus.Replaced : RegistrationStatus.Registered, before.Position);
            return;
        }

        if (_messages.RefuseFile(item) is { } otherwise)
        {
            item.Fail(otherwise);
            return;
        }

        var state = streams.Segment(dataset, recording.Segment).State;
        var message = call.MessageOf(item.SourceIndex)?.Content;
        var policy = message is null ? _command.OnDuplicate : PublishRecording.PolicyAgainst(state.Find(item.Layer), recording.Content.Fingerprint, message.Replaces);
        item.Judge(RegisterLayer.Judge(state, recording.Segment, item.Layer, recording.Content.Fingerprint, policy, call.IsDelivery));
        if (message is not null && item.IsDuplicate)
        {
            item.Fail(PublishRecording.RefuseStanding(item.Supersedes!, recording.Segment, item.Layer, message.Replaces));
        }

        if (item.Registers && _limits.Refuse(state, recording.Segment, item.Layer, recording.Content, BytesOfCall(item, recording.Segment)) is { } refusal)
        {
            item.Fail(refusal, QuarantineReasons.LimitExceeded);
        }
    }

    /// <summary>What this call adds to the segment under other layer names; only asked where sizes are limited.</summary>
    private long BytesOfCall(RegistrationItem item, string segment) => _limits.MaxSegmentBytes is null
        ? 0
        : Items.Where(i => i != item && i.Registers && i.Recording!.Segment == segment).Sum(i => i.Recording!.Content.SizeBytes);

    private RecordedEvent? AnsweredBefore(RegistrationItem item, InspectedRecording recording) => call.IsDelivery
        ? streams.AppendedBy(StreamOf(item), call.CommandId).FirstOrDefault(e => e.Event is LayerRegistered registered && registered.Layer == item.Layer && registered.Segment == recording.Segment)
        : null;

    /// <summary>
    /// Admits schemas in the order of the call. Layers that are replaced in the same call count as gone, so that a whole dataset can move to another schema at
    /// once; when one of them is refused after all, its old layer stands and everything is looked at again without it.
    /// </summary>
    private async Task<(SchemaGate Gate, ImmutableArray<YieldedLayer> Yielding)> AdmitAsync(IEventStore store, List<RegistrationItem> registers, CancellationToken cancellationToken)
    {
        while (true)
        {
            var gate = new SchemaGate(store, dataset);
            await gate.LoadAsync(cancellationToken);
            var admitted = registers.Where(i => i.Registers).ToList();
            foreach (var standing in admitted.Select(i => i.Supersedes).OfType<StandingLayer>())
            {
                gate.Release(SchemaHolder.Of(standing.Event));
            }

            var yielding = ImmutableArray.CreateBuilder<YieldedLayer>();
            foreach (var item in admitted)
            {
                var recording = item.Recording!;
                var answer = await gate.AdmitAsync(LayerOrigin.Given, recording.Content.SchemaSha256, recording.Content.SchemaBlob, () => recording.SchemaIpc, cancellationToken);
                if (answer.Conflict is { } conflict)
                {
                    item.Fail($"schema incompatibility on segment '{recording.Segment}', layer '{item.Layer}': {conflict}; register it into another dataset, or first replace or unregister the layers that it contradicts", QuarantineReasons.SchemaConflict);
                }
                else
                {
                    var to = new LayerName(recording.Segment, item.Layer);
                    yielding.AddRange(answer.Yielding.Select(y => new YieldedLayer(y.Segment, y.Layer, to)));
                }
            }

            _messages.FailTogether(Items);
            if (admitted.All(i => i.Registers))
            {
                return (gate, yielding.ToImmutable());
            }
        }
    }

    private RegisterLayer CommandOf(RegistrationItem item) => new(
        dataset,
        item.Recording!.Segment,
        item.Layer,
        item.Recording.Content,
        item.Source.Source.StorageUrl,
        call.Kept.Of(item.SourceIndex),
        item.Status == RegistrationStatus.Replaced ? OnDuplicate.Replace : _command.OnDuplicate,
        call.IsDelivery,
        call.SourceOf(item.SourceIndex));

    private string StreamOf(RegistrationItem item) => StreamIds.Segment(dataset, item.Recording!.Segment);
}

using System.Collections.Immutable;
using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>One attempt at a register call: every source judged against the streams as they were read, then planned as one append.</summary>
internal sealed class RegisterAttempt(RegisterCall call, DatasetId dataset, LoadedStreams streams)
{
    // Each of the recordings has this reason: naming all in all of them would grow with the square of their number.
    private const int DuplicatesNamed = 3;

    private readonly RegisterRecordings _command = call.Command;
    private IReadOnlyList<PlannedEvent> _resumed = [];
    private ImmutableArray<YieldedLayer> _yielded = [];
    private long _resumedAt;

    public ImmutableArray<RegistrationItem> Items { get; } = [.. call.Sources.SelectMany(ItemsOf)];

    /// <summary>Reads the streams and decides each item, up to what needs bytes or schemas.</summary>
    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        RefuseIds();
        RefuseDuplicates();
        await streams.LoadAsync(Items.Where(i => i.IsOpen && i.Recording is not null).Select(StreamOf), cancellationToken);
        await streams.LoadAsync(Items.Select(i => i.Source).OfType<InspectedSource.Broken>().Select(b => StreamIds.Quarantine(QuarantineIdOf(b))), cancellationToken);
        foreach (var item in Items.Where(i => i.IsOpen))
        {
            switch (item.Source)
            {
                case InspectedSource.Unusable unusable:
                    item.Fail(unusable.Reason);
                    break;
                case InspectedSource.Broken broken:
                    var quarantine = streams.Quarantine(QuarantineIdOf(broken)).State;
                    item.Quarantine(broken, QuarantineIdOf(broken), quarantine.IsOpen ? quarantine.Position : null);
                    break;
                default:
                    Judge(item, item.Recording!);
                    break;
            }
        }
    }

    /// <summary>Plans the events and guards of all that is to be appended.</summary>
    /// <returns>False when nothing is.</returns>
    public async Task<bool> PlanAsync(IEventStore store, AppendPlan plan, CancellationToken cancellationToken)
    {
        var registers = Items.Where(i => i.Registers && i.Position is null).ToList();
        var gate = await AdmitAsync(store, registers, cancellationToken);
        var planner = new LayerPlanner(dataset, streams, gate.Gate, plan);
        _yielded = await planner.YieldAsync(gate.Yielding, _command.Source, cancellationToken);
        foreach (var item in registers.Where(i => i.Registers))
        {
            foreach (var @event in RegisterLayer.Decide(planner.Segment(item.Recording!.Segment).State, CommandOf(item)))
            {
                item.Plan(planner.Add(item.Recording.Segment, @event));
            }
        }

        gate.Gate.WriteGuards(plan);
        _resumed = await LostCopies.PlanResumptionsAsync(Items, _command.Layer, dataset, streams, plan, cancellationToken);
        var quarantined = PlanQuarantine(plan);
        return quarantined || _resumed.Count > 0 || registers.Any(i => i.Planned is not null);
    }

    public void Settle(Func<PlannedEvent, long> locate)
    {
        foreach (var item in Items)
        {
            item.Settle(locate);
        }

        _resumedAt = _resumed.Select(locate).DefaultIfEmpty().Max();
    }

    public RegisterOutcome ToOutcome(DatasetId? known, bool created) =>
        new(known, created, Math.Max(Items.Max(i => i.Position) ?? 0, _resumedAt), [.. Items.Select(i => i.ToAnswer(_command.Layer))]) { Yielded = _yielded };

    private static IEnumerable<RegistrationItem> ItemsOf(InspectedSource source, int index) => source is InspectedSource.Sound sound
        ? sound.Recordings.Select(r => new RegistrationItem(index, source, r))
        : [new RegistrationItem(index, source, null)];

    private void RefuseIds()
    {
        foreach (var item in Items)
        {
            if (item.Recording is { } recording && Names.RefuseId("segment", recording.Segment) is { } refusal)
            {
                item.Fail($"'{item.Source.Source.Path}': {refusal}; record it with another recording id");
            }
        }
    }

    /// <summary>Which of two is meant nobody can tell, so that neither is taken, under any policy. Source: catalog-protocol §2.6.</summary>
    private void RefuseDuplicates()
    {
        foreach (var group in Items.Where(i => i.IsOpen && i.Recording is not null).GroupBy(i => i.Recording!.Segment, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
        {
            var more = group.Count() - DuplicatesNamed;
            var reason = $"duplicate segment layers in request:\n  segment id: {group.Key}, layer name: {_command.Layer}\n"
                + string.Join("\n", group.Take(DuplicatesNamed).Select(i => $"    {i.Source.Source.StorageUrl}"))
                + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $"\n    … and {more} more") : "")
                + "\nregister only one of them, or each under a layer name of its own";
            foreach (var item in group)
            {
                item.Fail(reason);
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

        var state = streams.Segment(dataset, recording.Segment).State;
        item.Judge(RegisterLayer.Judge(state, recording.Segment, _command.Layer, recording.Content.Fingerprint, _command.OnDuplicate, call.IsDelivery));
    }

    private RecordedEvent? AnsweredBefore(RegistrationItem item, InspectedRecording recording) => call.IsDelivery
        ? streams.AppendedBy(StreamOf(item), call.CommandId).FirstOrDefault(e => e.Event is LayerRegistered registered && registered.Layer == _command.Layer && registered.Segment == recording.Segment)
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
                    item.Fail($"schema incompatibility on segment '{recording.Segment}', layer '{_command.Layer}': {conflict}");
                }
                else
                {
                    var to = new LayerName(recording.Segment, _command.Layer);
                    yielding.AddRange(answer.Yielding.Select(y => new YieldedLayer(y.Segment, y.Layer, to)));
                }
            }

            if (admitted.All(i => i.Registers))
            {
                return (gate, yielding.ToImmutable());
            }
        }
    }

    private RegisterLayer CommandOf(RegistrationItem item) => new(
        dataset,
        item.Recording!.Segment,
        _command.Layer,
        item.Recording.Content,
        item.Source.Source.StorageUrl,
        call.Kept.Of(item.SourceIndex),
        _command.OnDuplicate,
        call.IsDelivery,
        _command.Source);

    private bool PlanQuarantine(AppendPlan plan)
    {
        var planned = new Dictionary<Sha256Digest, PlannedEvent>();
        foreach (var item in Items)
        {
            if (item.Source is not InspectedSource.Broken broken || item.Position is not null)
            {
                continue;
            }

            var id = QuarantineIdOf(broken);
            if (!planned.ContainsKey(id))
            {
                var (state, version) = streams.Quarantine(id);
                foreach (var @event in QuarantineRecording.Decide(state, ToCommand(broken)))
                {
                    planned[id] = plan.Add(StreamIds.Quarantine(id), version, @event);
                }
            }

            item.Plan(planned[id]);
        }

        return planned.Count > 0;
    }

    private QuarantineRecording ToCommand(InspectedSource.Broken broken) => new(
        dataset,
        broken.Source.StorageUrl,
        _command.Layer,
        broken.File?.Kept,
        broken.SizeBytes,
        broken.File?.FileSha256,
        broken.Reason,
        broken.Detail,
        broken.Offset,
        _command.Source);

    private Sha256Digest QuarantineIdOf(InspectedSource.Broken broken) => QuarantineRecording.IdOf(dataset, broken.Source.StorageUrl, broken.File?.FileSha256);

    private string StreamOf(RegistrationItem item) => StreamIds.Segment(dataset, item.Recording!.Segment);
}

using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Appends the intent to erase; <see cref="PurgedErasure"/> does it.</summary>
internal sealed class PurgeHandler(OptimisticAppend appends)
{
    public Task<PurgeOutcome> HandleAsync(PurgeSegment command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync($"purge segment '{command.Segment}'", token => TryAsync(command, commandId, token), cancellationToken);
    }

    private async Task<PurgeOutcome?> TryAsync(PurgeSegment command, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        var stream = StreamIds.Segment(command.Dataset, command.Segment);
        await streams.LoadAsync([StreamIds.Dataset(command.Dataset), stream], cancellationToken);
        var dataset = streams.Dataset(command.Dataset).State;
        var past = streams.Raw(stream).Events;
        var gate = new SchemaGate(appends.Store, command.Dataset);
        await gate.LoadAsync(cancellationToken);
        var plan = new AppendPlan();
        var planner = new LayerPlanner(command.Dataset, streams, gate, plan);
        var events = PurgeSegment.Decide(planner.Segment(command.Segment).State, past, dataset.Exists, command);
        if (events.IsEmpty)
        {
            return new(past[^1].Position, IsNew: false, ((RecordingPurged)past[^1].Event).Layers);
        }

        foreach (var @event in events)
        {
            planner.Add(command.Segment, @event);
        }

        if (dataset.Exists)
        {
            plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
            gate.WriteGuards(plan);
        }

        plan.Guard(new Guard.Put(PurgedSegments.Scope, PurgedSegments.KeyOf(command.Dataset, command.Segment), commandId));
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is { } kept and (AppendResult.Appended or AppendResult.Known)
            ? new(kept is AppendResult.Appended appended ? appended.LastPosition : ((AppendResult.Known)kept).LastPosition, IsNew: true, ((RecordingPurged)events[^1]).Layers)
            : null;
    }
}

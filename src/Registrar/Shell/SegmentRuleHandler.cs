using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>What a person tells a rule about one segment: leave it alone, work on it again, take a layer's name back.</summary>
internal sealed class SegmentRuleHandler(OptimisticAppend appends)
{
    /// <returns>False when there was nothing to resume.</returns>
    public Task<bool> ResumeAsync(ResumeRule command, CancellationToken cancellationToken) => TellAsync(
        $"resume rule '{command.Rule}' on segment '{command.Segment}'",
        command.Dataset,
        command.Segment,
        (state, streams) => ResumeRule.Decide(state, streams.Evaluations(command.Dataset, command.Segment).State, command),
        cancellationToken);

    /// <returns>False when the rule leaves the segment alone already.</returns>
    public Task<bool> SuppressAsync(SuppressRule command, CancellationToken cancellationToken) => TellAsync(
        $"suppress rule '{command.Rule}' on segment '{command.Segment}'",
        command.Dataset,
        command.Segment,
        (state, streams) => SuppressRule.Decide(state, streams.Segment(command.Dataset, command.Segment).State, command),
        cancellationToken);

    public Task<AdoptOutcome> AdoptAsync(AdoptLayer command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync($"adopt layer '{command.Layer}' of segment '{command.Segment}'", token => TryAdoptAsync(command, commandId, token), cancellationToken);
    }

    /// <returns>False when nothing was to be told.</returns>
    private async Task<bool> TellAsync<TEvent>(
        string what, DatasetId dataset, string segment, Func<DatasetState, LoadedStreams, ImmutableArray<TEvent>> decide, CancellationToken cancellationToken)
        where TEvent : StrataEvent
    {
        var commandId = CommandIds.Fresh();
        var told = await OptimisticAppend.RunAsync<IReadOnlyList<TEvent>>(
            what,
            async token =>
            {
                var streams = new LoadedStreams(appends.Store);
                await streams.LoadAsync([StreamIds.Dataset(dataset), StreamIds.Segment(dataset, segment), StreamIds.Evaluation(dataset, segment)], token);
                var (state, version) = DatasetDirectory.Require(streams, dataset);
                var events = decide(state, streams);
                RequireSegment(streams, state, dataset, segment);
                if (events.IsEmpty)
                {
                    return events;
                }

                var plan = new AppendPlan();
                plan.Guard(new Guard.Require(GuardScopes.Dataset, dataset.Value));
                plan.Add(StreamIds.Dataset(dataset), version, events[0]);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) is null ? null : events;
            },
            cancellationToken);
        return told.Count > 0;
    }

    private async Task<AdoptOutcome?> TryAdoptAsync(AdoptLayer command, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(command.Dataset), StreamIds.Segment(command.Dataset, command.Segment)], cancellationToken);
        var (state, version) = DatasetDirectory.Require(streams, command.Dataset);
        RequireSegment(streams, state, command.Dataset, command.Segment);
        var gate = new SchemaGate(appends.Store, command.Dataset);
        await gate.LoadAsync(cancellationToken);
        var plan = new AppendPlan();
        var planner = new LayerPlanner(command.Dataset, streams, gate, plan);
        var decision = AdoptLayer.Decide(state, planner.Segment(command.Segment).State, command);
        if (decision.Removed.IsEmpty)
        {
            return new(decision.Rule, Adopted: false, await appends.Store.HeadAsync(cancellationToken));
        }

        foreach (var removed in decision.Removed)
        {
            planner.Add(command.Segment, removed);
        }

        // After the layer is gone: the rule then has its own work, also where it was declared after the segment's inputs were registered.
        plan.Add(StreamIds.Dataset(command.Dataset), version, new RuleResumed(command.Dataset, decision.Rule, command.Segment));
        plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
        gate.WriteGuards(plan);
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is AppendResult.Appended appended ? new(decision.Rule, Adopted: true, appended.LastPosition) : null;
    }

    private static void RequireSegment(LoadedStreams streams, DatasetState state, DatasetId dataset, string segment)
    {
        if (streams.Raw(StreamIds.Segment(dataset, segment)).Version == 0)
        {
            throw new CommandRefusedException(RefusalKind.NotFound, $"dataset '{state.Name}' has no segment '{segment}'; `strata segments` lists those there are");
        }
    }
}

using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Retires a rule, and where it is asked for takes away what it made.</summary>
internal sealed class RetireRuleHandler(OptimisticAppend appends)
{
    /// <summary>Bounds the streams that one append reads and locks; a rule of a large dataset made a layer in each of its segments.</summary>
    internal const int SegmentsPerAppend = 500;

    public async Task<RetireOutcome> HandleAsync(RetireRule command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        var outcome = await OptimisticAppend.RunAsync($"retire rule '{command.Rule}'", token => RetireAsync(command, commandId, token), cancellationToken);
        if (!command.RemoveLayers)
        {
            return outcome;
        }

        // Nothing is derived by it any more, so the list of these segments cannot grow.
        foreach (var segments in (await SegmentsAsync(command, cancellationToken)).Chunk(SegmentsPerAppend))
        {
            var pageId = CommandIds.Fresh();
            var page = await OptimisticAppend.RunAsync($"unregister what rule '{command.Rule}' made", token => RemoveAsync(command, segments, pageId, token), cancellationToken);
            outcome = outcome with { Removed = outcome.Removed + page.Removed, Position = Math.Max(outcome.Position, page.Position) };
        }

        return outcome;
    }

    private async Task<RetireOutcome?> RetireAsync(RetireRule command, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(command.Dataset)], cancellationToken);
        var (state, version) = DatasetDirectory.Require(streams, command.Dataset);
        var events = RetireRule.Decide(state, command);
        if (events.IsEmpty)
        {
            return new(Retired: false, 0, await appends.Store.HeadAsync(cancellationToken));
        }

        var plan = new AppendPlan();
        plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
        plan.Guard(new Guard.Release(GuardScopes.Rules(command.Dataset), command.Rule));
        plan.Add(StreamIds.Dataset(command.Dataset), version, events[0]);
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is AppendResult.Appended appended ? new(Retired: true, 0, appended.LastPosition) : null;
    }

    /// <summary>Segments in which a layer stands that bears the name of one of the rule's revisions.</summary>
    private async Task<ImmutableArray<string>> SegmentsAsync(RetireRule command, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(command.Dataset)], cancellationToken);
        var outputs = streams.Raw(StreamIds.Dataset(command.Dataset)).Events.Select(e => e.Event).OfType<RuleDeclared>()
            .Where(r => r.Rule == command.Rule).Select(r => r.OutputLayer).ToHashSet(StringComparer.Ordinal);
        var gate = new SchemaGate(appends.Store, command.Dataset);
        await gate.LoadAsync(cancellationToken);
        var standing = await gate.StandingLayersAsync(cancellationToken);
        return [.. standing.Where(s => outputs.Contains(s.Layer)).Select(s => s.Segment).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private async Task<RetireOutcome?> RemoveAsync(RetireRule command, IReadOnlyList<string> segments, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync(segments.Select(s => StreamIds.Segment(command.Dataset, s)).Prepend(StreamIds.Dataset(command.Dataset)), cancellationToken);
        var (state, _) = DatasetDirectory.Require(streams, command.Dataset);
        if (state.Rules.ContainsKey(command.Rule))
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition, $"rule '{command.Rule}' was declared again while what it had made was being unregistered; what it makes from now on stays: retire it again to go on");
        }

        var gate = new SchemaGate(appends.Store, command.Dataset);
        await gate.LoadAsync(cancellationToken);
        var plan = new AppendPlan();
        var planner = new LayerPlanner(command.Dataset, streams, gate, plan);
        var removed = 0;
        foreach (var segment in segments)
        {
            foreach (var unregistered in RetireRule.DecideRemoval(planner.Segment(segment).State, segment, command))
            {
                planner.Add(segment, unregistered);
                removed++;
            }
        }

        if (plan.IsEmpty)
        {
            return new(Retired: false, 0, 0);
        }

        plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
        gate.WriteGuards(plan);
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is AppendResult.Appended appended ? new(Retired: false, removed, appended.LastPosition) : null;
    }
}

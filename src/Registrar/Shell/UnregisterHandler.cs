using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Takes layers away in one append. Source: catalog-protocol §2.7, DESIGN rules 5 and 9.</summary>
internal sealed class UnregisterHandler(OptimisticAppend appends)
{
    public Task<UnregisterOutcome> HandleAsync(UnregisterLayers command, CancellationToken cancellationToken)
    {
        if (command.Segments.IsEmpty && command.Layers.IsEmpty)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, "must specify at least 1 segment ID or layer for removal");
        }

        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync("unregister layers", token => TryAsync(command, commandId, token), cancellationToken);
    }

    private async Task<UnregisterOutcome?> TryAsync(UnregisterLayers command, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(command.Dataset)], cancellationToken);
        DatasetDirectory.Require(streams, command.Dataset);
        var gate = new SchemaGate(appends.Store, command.Dataset);
        await gate.LoadAsync(cancellationToken);
        var segments = await SegmentsAsync(command, gate, cancellationToken);
        await streams.LoadAsync(segments.Select(s => StreamIds.Segment(command.Dataset, s)), cancellationToken);
        var plan = new AppendPlan();
        var planner = new LayerPlanner(command.Dataset, streams, gate, plan);
        var removed = ImmutableArray.CreateBuilder<(string Segment, string Layer)>();
        foreach (var segment in segments)
        {
            var decision = UnregisterLayers.Decide(planner.Segment(segment).State, segment, command);
            foreach (var unregistered in decision.SegmentEvents)
            {
                planner.Add(segment, unregistered);
                removed.Add((segment, unregistered.Layer));
            }

            foreach (var suppressed in decision.DatasetEvents)
            {
                // What was decided upon stands in the segment's stream, whose version is checked; other segments' suppressions need not wait for each other.
                plan.Add(StreamIds.Dataset(command.Dataset), StreamAppend.AnyVersion, suppressed);
            }
        }

        if (plan.IsEmpty)
        {
            return new(await appends.Store.HeadAsync(cancellationToken), []);
        }

        plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
        gate.WriteGuards(plan);
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is AppendResult.Appended appended
            ? new(appended.LastPosition, removed.ToImmutable())
            : null;
    }

    private static async Task<ImmutableArray<string>> SegmentsAsync(UnregisterLayers command, SchemaGate gate, CancellationToken cancellationToken) => command.Segments.IsEmpty
        ? [.. (await gate.StandingLayersAsync(cancellationToken)).Select(s => s.Segment).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        : [.. command.Segments.Distinct(StringComparer.Ordinal)];
}

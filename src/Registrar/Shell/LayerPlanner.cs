using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Plans what happens to layers: their events together with the schema rows that they hold or let go.</summary>
internal sealed class LayerPlanner(DatasetId dataset, LoadedStreams streams, SchemaGate gate, AppendPlan plan)
{
    private readonly Dictionary<string, Versioned<SegmentState>> _segments = new(StringComparer.Ordinal);

    public SchemaGate Gate => gate;

    /// <summary>The segment as it will be after what is planned so far.</summary>
    public Versioned<SegmentState> Segment(string segment)
    {
        if (!_segments.TryGetValue(segment, out var state))
        {
            state = streams.Segment(dataset, segment);
            _segments.Add(segment, state);
        }

        return state;
    }

    public PlannedEvent Add(string segment, StrataEvent @event)
    {
        var (state, version) = Segment(segment);
        switch (@event)
        {
            case LayerRegistered registered:
                ReleaseHolder(state, registered.Layer);
                gate.Put(SchemaHolder.Of(registered));
                break;
            case LayerUnregistered unregistered:
                ReleaseHolder(state, unregistered.Layer);
                break;
        }

        _segments[segment] = new(state.Apply(@event, long.MaxValue), version);
        return plan.Add(StreamIds.Segment(dataset, segment), version, @event);
    }

    /// <summary>Unregisters derived layers that give way to a given one's schema, and what depends on them. Their streams are read here.</summary>
    /// <returns>All that go.</returns>
    public async Task<ImmutableArray<YieldedLayer>> YieldAsync(ImmutableArray<YieldedLayer> yielding, EventSource source, CancellationToken cancellationToken)
    {
        var gone = ImmutableArray.CreateBuilder<YieldedLayer>();
        await streams.LoadAsync(yielding.Select(y => StreamIds.Segment(dataset, y.Segment)), cancellationToken);
        foreach (var group in yielding.GroupBy(y => y.Segment, StringComparer.Ordinal))
        {
            var state = Segment(group.Key).State;
            ImmutableArray<StandingLayer> layers = [.. group.Select(y => state.Find(y.Layer)).OfType<StandingLayer>().Where(l => l.IsDerived)];
            foreach (var unregistered in UnregisterLayers.Remove(state, dataset, group.Key, layers, UnregisterReasons.YieldedSchema, source))
            {
                var own = group.FirstOrDefault(y => y.Layer == unregistered.Layer);
                Add(group.Key, unregistered with { YieldedTo = own?.To });
                gone.Add(new(group.Key, unregistered.Layer, (own ?? group.First()).To));
            }
        }

        return gone.ToImmutable();
    }

    private void ReleaseHolder(SegmentState state, string layer)
    {
        if (state.Find(layer) is { } standing)
        {
            gate.Release(SchemaHolder.Of(standing.Event));
        }
    }
}

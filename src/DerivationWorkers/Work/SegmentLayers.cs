using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>What stands in a segment: the fold of its stream that an evaluation needs. The Registrar's own state decides; this one saves work in vain.</summary>
internal sealed class SegmentLayers
{
    private readonly Dictionary<string, LayerRegistered> _current = new(StringComparer.Ordinal);
    private readonly Dictionary<LayerRegistered, RecordedEvent> _recorded = new(ReferenceEqualityComparer.Instance);

    private SegmentLayers()
    {
    }

    public static SegmentLayers Of(IEnumerable<RecordedEvent> stream)
    {
        var layers = new SegmentLayers();
        foreach (var recorded in stream)
        {
            switch (recorded.Event)
            {
                case LayerRegistered registered:
                    layers._current[registered.Layer] = registered;
                    layers._recorded[registered] = recorded;
                    break;
                case LayerUnregistered unregistered:
                    layers._current.Remove(unregistered.Layer);
                    break;
            }
        }

        return layers;
    }

    /// <summary>Of the layers that stand, ordinal.</summary>
    public IReadOnlyList<string> Names => [.. _current.Keys.Order(StringComparer.Ordinal)];

    public LayerRegistered? Find(string layer) => _current.GetValueOrDefault(layer);

    /// <summary>The trace of the newest of them, which gave rise to the work.</summary>
    public string? TraceOf(IEnumerable<LayerRegistered> inputs) => inputs.Select(i => _recorded[i]).MaxBy(r => r.Position)?.TraceParent;

    /// <returns>The layers by which the inputs stand, or null when one of them is not current.</returns>
    public IReadOnlyList<LayerRegistered>? Resolve(EquatableArray<DerivationInput> inputs)
    {
        var resolved = new List<LayerRegistered>(inputs.Count);
        foreach (var input in inputs)
        {
            if (Find(input.Layer) is not { } layer || layer.Fingerprint != input.Fingerprint)
            {
                return null;
            }

            resolved.Add(layer);
        }

        return resolved;
    }
}

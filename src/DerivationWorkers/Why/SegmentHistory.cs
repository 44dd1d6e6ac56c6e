using Strata.Contracts;
using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>A registration with where and when it was written.</summary>
internal sealed record LayerRecord(LayerRegistered Layer, long Position, long RecordedAtNs);

/// <summary>All registrations of a segment, and which of them stand.</summary>
internal sealed class SegmentHistory
{
    private readonly Dictionary<string, LayerRecord> _current = new(StringComparer.Ordinal);
    private readonly List<LayerRecord> _all = [];
    private readonly Dictionary<string, (LayerUnregistered Event, long Position)> _removed = new(StringComparer.Ordinal);

    private SegmentHistory()
    {
    }

    public static SegmentHistory Of(IEnumerable<RecordedEvent> events)
    {
        var history = new SegmentHistory();
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case LayerRegistered layer:
                    var record = new LayerRecord(layer, recorded.Position, recorded.RecordedAtNs);
                    history._all.Add(record);
                    history._current[layer.Layer] = record;
                    history._removed.Remove(layer.Layer);
                    break;
                case LayerUnregistered removed:
                    history._current.Remove(removed.Layer);
                    history._removed[removed.Layer] = (removed, recorded.Position);
                    break;
            }
        }

        return history;
    }

    public bool IsEmpty => _all.Count == 0;

    /// <summary>Also those that stand no more.</summary>
    public IReadOnlyList<LayerRecord> All => _all;

    /// <summary>In the order in which they were registered.</summary>
    public IEnumerable<LayerRecord> Current => _all.Where(r => Find(r.Layer.Layer) == r);

    /// <summary>The latest removal of each layer that does not stand.</summary>
    public IEnumerable<LayerUnregistered> Removed => _removed.Values.Select(r => r.Event);

    public LayerRecord? Find(string layer) => _current.GetValueOrDefault(layer);

    public (LayerUnregistered Event, long Position)? FindRemoved(string layer) => _removed.TryGetValue(layer, out var removed) ? removed : null;

    /// <summary>The latest registration of this content under this name, whether it stands or not.</summary>
    public LayerRecord? FindContent(DerivationInput input) => _all.FindLast(r => r.Layer.Layer == input.Layer && r.Layer.Fingerprint == input.Fingerprint);

    /// <returns>The first input that is not what stands under its name any more.</returns>
    public DerivationInput? FirstReplaced(Provenance provenance) => provenance.Inputs.FirstOrDefault(i => Find(i.Layer)?.Layer.Fingerprint != i.Fingerprint);

    /// <returns>The registration by which the layer's content last changed from something else after <paramref name="position"/>; null when it did not.</returns>
    public LayerRecord? ChangedAfter(string layer, long position)
    {
        if (Find(layer) is not { } current)
        {
            return null;
        }

        var before = _all.FindLast(r => r.Layer.Layer == layer && r.Position < position);
        return before is not null && before.Layer.Fingerprint != current.Layer.Fingerprint ? current : null;
    }
}

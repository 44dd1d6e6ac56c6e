using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>A layer that stands in a segment.</summary>
/// <param name="Position">Where it was registered.</param>
/// <param name="ContentSince">Where its present content first stood; registering the same fingerprint again does not move it.</param>
internal sealed record StandingLayer(LayerRegistered Event, long Position, long ContentSince)
{
    public Sha256Digest Fingerprint => Event.Fingerprint;

    public bool IsDerived => Event.Origin == LayerOrigin.Derived;

    public bool IsMadeBy(string rule) => IsDerived && Event.Provenance?.Rule == rule;

    public bool DependsOn(string layer)
    {
        if (!IsDerived || Event.Provenance is not { } provenance)
        {
            return false;
        }

        foreach (var input in provenance.Inputs)
        {
            if (input.Layer == layer)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What stands in one segment, folded from its stream. Source: DESIGN rule 4.</summary>
/// <param name="PropertiesRevision">Of what a client gave to the segment beside its layers; 0 when there is nothing.</param>
internal sealed record SegmentState(ImmutableSortedDictionary<string, StandingLayer> Layers, long PropertiesRevision)
{
    public static SegmentState Empty { get; } = new(ImmutableSortedDictionary.Create<string, StandingLayer>(StringComparer.Ordinal), PropertiesRevision: 0);

    public StandingLayer? Find(string layer) => Layers.GetValueOrDefault(layer);

    public SegmentState Apply(StrataEvent @event, long position) => @event switch
    {
        LayerRegistered registered => this with { Layers = Layers.SetItem(registered.Layer, new StandingLayer(registered, position, ContentSince(registered, position))) },
        LayerUnregistered unregistered => this with { Layers = Layers.Remove(unregistered.Layer) },
        SegmentPropertiesSet set => this with { PropertiesRevision = set.Revision },
        SegmentPropertiesRemoved => this with { PropertiesRevision = 0 },
        _ => this,
    };

    /// <summary>All derived layers that need one of <paramref name="layers"/>, also through others, nearest first; none of <paramref name="layers"/> itself.</summary>
    public ImmutableArray<StandingLayer> DependantsOf(IEnumerable<string> layers)
    {
        var removed = new HashSet<string>(layers, StringComparer.Ordinal);
        var dependants = ImmutableArray.CreateBuilder<StandingLayer>();
        for (var found = true; found;)
        {
            found = false;
            foreach (var standing in Layers.Values)
            {
                if (!removed.Contains(standing.Event.Layer) && removed.Any(standing.DependsOn))
                {
                    removed.Add(standing.Event.Layer);
                    dependants.Add(standing);
                    found = true;
                }
            }
        }

        return dependants.ToImmutable();
    }

    private long ContentSince(LayerRegistered registered, long position) =>
        Find(registered.Layer) is { } standing && standing.Fingerprint == registered.Fingerprint ? standing.ContentSince : position;
}

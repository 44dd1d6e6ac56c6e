using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Cli;

/// <summary>When each layer of a segment came to stand, as the log has it.</summary>
/// <param name="Layers">By layer name, the latest registration that still stands.</param>
internal sealed record SegmentStages(string Segment, ImmutableDictionary<string, LayerArrival> Layers)
{
    public static async Task<IReadOnlyList<SegmentStages>> ReadAsync(
        IEventStore store, DatasetId dataset, IReadOnlyList<string> segments, CancellationToken cancellationToken)
    {
        var streams = await store.ReadStreamsAsync([.. segments.Select(s => StreamIds.Segment(dataset, s))], cancellationToken);
        return [.. segments.Zip(streams, (segment, stream) => new SegmentStages(segment, Fold(stream.Events)))];
    }

    private static ImmutableDictionary<string, LayerArrival> Fold(ImmutableArray<RecordedEvent> events)
    {
        var layers = ImmutableDictionary.CreateBuilder<string, LayerArrival>(StringComparer.Ordinal);
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case LayerRegistered e:
                    layers[e.Layer] = new(recorded.Position, recorded.RecordedAtNs);
                    break;
                case LayerUnregistered e:
                    layers.Remove(e.Layer);
                    break;
                default:
                    break;
            }
        }

        return layers.ToImmutable();
    }
}

internal sealed record LayerArrival(long Position, long RecordedAtNs);

using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Quarantine;
using Strata.Projections.Storage;

namespace Strata.Projections.Fleet;

/// <summary>Picks out what came from robots, what it was found to be, and what lies in quarantine. Events about anything else say nothing of these.</summary>
internal sealed class FleetFold : IEventFold
{
    private readonly FleetLayerRows _layers;
    private readonly FleetSegments _segments;
    private readonly VerdictReader _verdicts = new();
    private readonly RobotCount _robots;
    private readonly QuarantineFold _quarantine;

    public FleetFold(SqliteDatabase database, int rememberedSegments)
    {
        _layers = new(database);
        _segments = new(_layers, rememberedSegments);
        _robots = new(database);
        _quarantine = new(new(database), _robots);
    }

    public void Apply(RecordedEvent recorded, FoldBatch batch)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        switch (recorded.Event)
        {
            case LayerRegistered registered:
                OnRegistered(recorded, registered, batch);
                break;
            case LayerUnregistered unregistered:
                OnUnregistered(position, unregistered);
                break;
            case DatasetDeleted deleted:
                foreach (var segment in _layers.LoadSegments(deleted.Dataset))
                {
                    _robots.OnSegment(SegmentShares.Of(segment), []);
                }

                break;
            case RecordingQuarantined quarantined:
                _quarantine.OnQuarantined(position, at, quarantined);
                break;
            case RecordingReleased released:
                _quarantine.OnReleased(position, released);
                break;
            case RecordingDiscarded discarded:
                _quarantine.OnDiscarded(position, discarded);
                break;
            default:
                return;
        }

        _robots.Write(position);
    }

    public void Flush()
    {
        // Each event writes its rows itself.
    }

    public bool HoldsPropertiesOf(RecordingPurged purged) => _layers.HoldVerdicts(purged.Dataset, purged.Segment);

    private void OnRegistered(RecordedEvent recorded, LayerRegistered layer, FoldBatch batch)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        var segment = _segments.Get(layer.Dataset, layer.Segment, fresh: recorded.Version == 1);
        var before = SegmentShares.Of(segment);
        Remove(segment, layer.Layer, position);
        var robot = _robots.See(layer.Source, position, at);
        var verdict = batch.PropertiesOf(layer, position) is { } properties ? _verdicts.Read(properties.Span) : Verdict.None;
        if (robot is not null || verdict != Verdict.None)
        {
            var standing = new FleetLayer(layer.Layer, position, robot, layer.SizeBytes, verdict);
            _layers.Insert(layer.Dataset, layer.Segment, standing);
            segment.Add(standing);
        }

        _robots.OnSegment(before, segment);
        if (robot is { } sender)
        {
            _robots.OnRecording(sender, position, at);
        }
    }

    /// <remarks>Whether it stood at all is the catalog's to say: most layers are not among these.</remarks>
    private void OnUnregistered(long position, LayerUnregistered layer)
    {
        var segment = _segments.Get(layer.Dataset, layer.Segment, fresh: false);
        var before = SegmentShares.Of(segment);
        Remove(segment, layer.Layer, position);
        _robots.OnSegment(before, segment);
    }

    private void Remove(List<FleetLayer> segment, string layer, long position)
    {
        var at = segment.FindIndex(standing => standing.Layer == layer);
        if (at >= 0)
        {
            _layers.Close(segment[at].Position, position);
            segment.RemoveAt(at);
        }
    }
}

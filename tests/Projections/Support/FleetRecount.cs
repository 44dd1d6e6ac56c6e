using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections.Tests.Support;

/// <summary>Counts a fleet anew from all that stands, the slow way: what the fold's differences must add up to.</summary>
internal sealed class FleetRecount(FakeLog log)
{
    private readonly Dictionary<(DatasetId Dataset, string Segment, string Layer), (LayerRegistered Registered, string Verdict)> _standing = [];
    private readonly Dictionary<Sha256Digest, string?> _quarantined = [];
    private readonly SortedSet<string> _robots = new(StringComparer.Ordinal);

    public async Task AddAsync(StrataEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case LayerRegistered layer:
                See(layer.Source);
                _standing[(layer.Dataset, layer.Segment, layer.Layer)] = (layer, await VerdictAsync(layer, cancellationToken));
                break;
            case LayerUnregistered layer:
                _standing.Remove((layer.Dataset, layer.Segment, layer.Layer));
                break;
            case DatasetDeleted deleted:
                foreach (var gone in _standing.Keys.Where(k => k.Dataset == deleted.Dataset).ToList())
                {
                    _standing.Remove(gone);
                }

                break;
            case RecordingQuarantined quarantined:
                See(quarantined.Source);
                _quarantined[quarantined.QuarantineId] = RobotOf(quarantined.Source);
                break;
            case RecordingReleased released:
                _quarantined.Remove(released.QuarantineId);
                break;
            case RecordingDiscarded discarded:
                _quarantined.Remove(discarded.QuarantineId);
                break;
        }
    }

    public IEnumerable<string> Lines() => _robots.Select(robot =>
    {
        var layers = _standing.Values.Select(s => s.Registered).Where(l => RobotOf(l.Source) == robot).ToList();
        var segments = layers.Select(l => (l.Dataset, l.Segment)).Distinct().Select(VerdictOf).ToList();
        return $"{robot} {layers.Count} {layers.Sum(l => l.SizeBytes)} {segments.Count} {_quarantined.Values.Count(r => r == robot)} {segments.Count(v => v == "good")} {segments.Count(v => v == "bad")} {segments.Count(v => v == "review")}";
    });

    private static string? RobotOf(EventSource source) => source.Kind == "robot" ? source.Who : null;

    private void See(EventSource source)
    {
        if (RobotOf(source) is { } robot)
        {
            _robots.Add(robot);
        }
    }

    /// <summary>Only the rule's own layer has a verdict in these histories.</summary>
    private string VerdictOf((DatasetId Dataset, string Segment) segment) =>
        _standing.TryGetValue((segment.Dataset, segment.Segment, "quality"), out var quality) ? quality.Verdict : "none";

    private async Task<string> VerdictAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        if (layer.PropertiesBlob is not { } blob)
        {
            return "none";
        }

        var batch = RecordBatch.FromIpcStream((await log.ReadBlobsAsync([blob], cancellationToken))[blob]);
        var column = batch.Schema.FieldsList.ToList().FindIndex(f => f.Name == "property:quality:tracking_good");
        return column < 0 ? "none" : batch.Column(column).IsNull(0) ? "review" : ((BooleanArray)((ListArray)batch.Column(column)).Values).GetValue(0) == true ? "good" : "bad";
    }
}

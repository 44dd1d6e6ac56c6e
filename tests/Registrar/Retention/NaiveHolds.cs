using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar.Tests;

/// <summary>Who holds a file, recomputed from the whole log for every question: one snapshot of all that stands a position.</summary>
internal sealed class NaiveHolds
{
    private readonly IReadOnlyList<RecordedEvent> _log;

    // Index: position, from 0.
    private readonly List<Dictionary<(string Dataset, string Of, string Layer), string>> _snapshots = [[]];

    public NaiveHolds(IReadOnlyList<RecordedEvent> log)
    {
        _log = log;
        foreach (var recorded in log)
        {
            var next = new Dictionary<(string Dataset, string Of, string Layer), string>(_snapshots[^1]);
            switch (recorded.Event)
            {
                case LayerRegistered e:
                    next[(e.Dataset.Value, e.Segment, e.Layer)] = e.Kept.Location;
                    break;
                case LayerUnregistered e:
                    next.Remove((e.Dataset.Value, e.Segment, e.Layer));
                    break;
                case RecordingQuarantined e:
                    next[(e.Dataset.Value, e.QuarantineId.Value, "")] = e.Kept!.Location;
                    break;
                case RecordingDiscarded e:
                    next.Remove((e.Dataset.Value, e.QuarantineId.Value, ""));
                    break;
                case DatasetDeleted e:
                    foreach (var key in next.Keys.Where(k => k.Dataset == e.Dataset.Value && k.Layer.Length > 0).ToList())
                    {
                        next.Remove(key);
                    }

                    break;
            }

            _snapshots.Add(next);
        }
    }

    public bool WasNamed(string location) => _snapshots.Exists(s => s.ContainsValue(location));

    /// <summary>As of the whole log, with releases left out of account.</summary>
    public bool IsHeld(string location, long nowNs) =>
        _snapshots[^1].ContainsValue(location) || LivingPins().Any(pin => IsShown(pin, location)) || _log.Any(e => IsKeptSince(e, location, nowNs));

    private IEnumerable<DatasetPinned> LivingPins() => _log.Select(e => e.Event).OfType<DatasetPinned>().Where(p => !_log.Any(e => e.Event is DatasetDeleted d && d.Dataset == p.Dataset));

    private bool IsShown(DatasetPinned pin, string location)
    {
        string[] shown = [pin.PinOf.Value, .. CompanionsAt(pin.PinOf, pin.AtPosition).Select(c => c.Value)];
        return _snapshots[(int)pin.AtPosition].Any(s => s.Value == location && shown.Contains(s.Key.Dataset));
    }

    private IEnumerable<DatasetId> CompanionsAt(DatasetId dataset, long position) => _log
        .Where(e => e.Position <= position)
        .Select(e => e.Event switch
        {
            DatasetCreated c when c.Dataset == dataset => new[] { c.BlueprintDataset, c.AssetDataset },
            DatasetDetailsChanged c when c.Dataset == dataset => [c.BlueprintDataset, c.AssetDataset],
            _ => null,
        })
        .LastOrDefault(c => c is not null)?.OfType<DatasetId>() ?? [];

    /// <summary>This event ended a layer on the file, and the dataset keeps it for longer.</summary>
    private bool IsKeptSince(RecordedEvent recorded, string location, long nowNs)
    {
        var (before, after) = (_snapshots[(int)recorded.Position - 1], _snapshots[(int)recorded.Position]);
        return before.Where(s => s.Value == location).Any(s => (!after.TryGetValue(s.Key, out var now) || now != location) && RetentionOf(s.Key.Dataset) is var kept && (kept is null || nowNs - recorded.RecordedAtNs < kept));
    }

    private long? RetentionOf(string dataset)
    {
        var owner = _log.Select(e => e.Event).OfType<DatasetCreated>().First(c => c.Dataset.Value == dataset).CompanionOf?.Value ?? dataset;
        return _log.Select(e => e.Event).OfType<RetentionDeclared>().LastOrDefault(r => r.Dataset.Value == owner)?.SupersededForNs;
    }
}

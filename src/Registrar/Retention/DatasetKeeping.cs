using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>What datasets and pins keep of what ended. Pure.</summary>
internal sealed class DatasetKeeping
{
    private readonly Dictionary<DatasetId, Facts> _datasets = [];
    private readonly Dictionary<DatasetId, DatasetPinned> _pins = [];

    // Dataset → positions that pins show of it; null after a pin came or went.
    private Dictionary<DatasetId, List<long>>? _shown;

    /// <summary>A deleted one by its id too: another one may have its name by now.</summary>
    public string LabelOf(DatasetId dataset) => _datasets.TryGetValue(dataset, out var facts) ? facts.IsDeleted ? $"{facts.Name} (deleted, {dataset})" : facts.Name : dataset.Value;

    public void Apply(StrataEvent @event, long position)
    {
        switch (@event)
        {
            case DatasetCreated e:
                _datasets[e.Dataset] = new(e.Name, e.CompanionOf);
                Refer(e.Dataset, position, e.BlueprintDataset, e.AssetDataset);
                break;
            case DatasetRenamed e when _datasets.TryGetValue(e.Dataset, out var facts):
                facts.Name = e.Name;
                break;
            case DatasetDetailsChanged e:
                Refer(e.Dataset, position, e.BlueprintDataset, e.AssetDataset);
                break;
            case RetentionDeclared e when _datasets.TryGetValue(e.Dataset, out var facts):
                facts.SupersededForNs = e.SupersededForNs;
                break;
            case DatasetPinned e:
                _pins[e.Dataset] = e;
                _shown = null;
                break;
            case DatasetDeleted e when _pins.Remove(e.Dataset):
                _shown = null;
                break;
            case DatasetDeleted e when _datasets.TryGetValue(e.Dataset, out var facts):
                facts.IsDeleted = true;
                break;
        }
    }

    public bool IsPinned(ContentHold hold) => (_shown ??= Shown()).TryGetValue(hold.Dataset, out var positions) && positions.Exists(hold.StandsAt);

    /// <summary>Of a companion as its dataset says; of a deleted dataset as it said last.</summary>
    public bool IsRetained(ContentHold hold, long nowNs)
    {
        var facts = _datasets.GetValueOrDefault(hold.Dataset);
        var declaring = facts?.CompanionOf is { } owner ? _datasets.GetValueOrDefault(owner) : facts;
        return declaring?.SupersededForNs is not { } keptForNs || nowNs - hold.EndedAtNs < keptForNs;
    }

    /// <summary>A pin shows its dataset, and the blueprints and assets that the dataset referred to then.</summary>
    private Dictionary<DatasetId, List<long>> Shown()
    {
        var shown = new Dictionary<DatasetId, List<long>>();
        foreach (var pin in _pins.Values)
        {
            var (blueprint, asset) = _datasets.TryGetValue(pin.PinOf, out var facts) ? facts.ReferredAt(pin.AtPosition) : default;
            foreach (var dataset in new[] { pin.PinOf, blueprint, asset }.OfType<DatasetId>().Distinct())
            {
                (shown.TryGetValue(dataset, out var positions) ? positions : shown[dataset] = []).Add(pin.AtPosition);
            }
        }

        return shown;
    }

    private void Refer(DatasetId dataset, long position, DatasetId? blueprint, DatasetId? asset)
    {
        if (_datasets.TryGetValue(dataset, out var facts))
        {
            facts.Referred.Add((position, blueprint, asset));
            _shown = null;
        }
    }

    private sealed class Facts(string name, DatasetId? companionOf)
    {
        public string Name { get; set; } = name;

        public bool IsDeleted { get; set; }

        public DatasetId? CompanionOf { get; } = companionOf;

        /// <summary>Null: for ever.</summary>
        public long? SupersededForNs { get; set; }

        public List<(long Position, DatasetId? Blueprint, DatasetId? Asset)> Referred { get; } = [];

        public (DatasetId? Blueprint, DatasetId? Asset) ReferredAt(long position)
        {
            var (_, blueprint, asset) = Referred.LastOrDefault(r => r.Position <= position);
            return (blueprint, asset);
        }
    }
}

using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Groups what messages say by store. Source: rrd-format §2.1, §2.2, §10.2.</summary>
internal sealed class StoreRegistry(FindingList findings)
{
    private readonly Dictionary<StoreId, Entry> _entries = [];
    private readonly List<Entry> _order = [];
    private readonly Dictionary<(StoreKind Kind, string RecordingId), Entry> _announced = [];
    private readonly List<BlueprintActivation> _activations = [];

    public IReadOnlyList<Entry> Stores => _order;

    public IReadOnlyList<BlueprintActivation> Activations => _activations;

    /// <summary>The store of this id; null when there are too many.</summary>
    public Entry? Get(StoreId id)
    {
        if (!_entries.TryGetValue(id, out var entry) && _order.Count < RrdLimits.MaxStores)
        {
            _entries.Add(id, entry = new Entry(id, _order.Count));
            _order.Add(entry);
        }
        return entry;
    }

    /// <summary>Takes in an announcement. What is missing of it is a finding, and the rest is used.</summary>
    public void SetStoreInfo(Wire.SetStoreInfo message, in RrdFrame frame)
    {
        if (message.Info?.StoreId is not { } wireId)
        {
            findings.Add(frame.Offset, RrdRules.StoreInfo, "expected a store id in the announcement of a store, found none; it is ignored");
            return;
        }
        var applicationId = wireId.ApplicationId?.Id ?? message.Info.ApplicationId?.Id;
        if (string.IsNullOrEmpty(applicationId))
        {
            findings.Add(frame.Offset, RrdRules.StoreInfo, $"expected an application id in the announcement of '{wireId.RecordingId}', found none; it is ignored");
            return;
        }
        if (message.RowId is not { HasTimeNs: true, HasInc: true })
        {
            findings.Add(frame.Offset, RrdRules.StoreInfo, $"expected a row id in the announcement of '{wireId.RecordingId}', found none or half of one");
        }
        if (message.Info.StoreSource is null)
        {
            findings.Add(frame.Offset, RrdRules.StoreInfo, $"expected a store source in the announcement of '{wireId.RecordingId}', found none");
        }
        if (Get(Identify(wireId, applicationId)) is { } entry)
        {
            entry.Source = message.Info.StoreSource is { } source ? StoreSource.From(source) : StoreSource.Unknown;
            entry.Version = frame.Header.Version;
            entry.Announcement = message;
            Announce(entry);
        }
    }

    public void Activate(Wire.BlueprintActivationCommand message, in RrdFrame frame)
    {
        if (message.BlueprintId is { } id && Resolve(id) is { } store)
        {
            _activations.Add(new BlueprintActivation(store, message.MakeActive, message.MakeDefault));
        }
        else
        {
            findings.Add(frame.Offset, RrdRules.Message, "expected the id of a blueprint in its activation, found none; it is ignored");
        }
    }

    /// <summary>
    /// The identity of a store id of the wire. Without application id (files before 0.25) it is that of an announced store
    /// with the same recording id; null when there is none.
    /// </summary>
    public StoreId? Resolve(Wire.StoreId? id)
    {
        if (id is null)
        {
            return null;
        }
        if (id.ApplicationId is { } applicationId)
        {
            return applicationId.Id.Length > 0 ? Identify(id, applicationId.Id) : null;
        }
        return _announced.GetValueOrDefault((WireMessage.ToKind(id.Kind), id.RecordingId))?.Id;
    }

    // Of several stores with one recording id that which was met last stands for it.
    private void Announce(Entry entry)
    {
        var key = (entry.Id.Kind, entry.Id.RecordingId);
        if (!_announced.TryGetValue(key, out var known) || known.Order <= entry.Order)
        {
            _announced[key] = entry;
        }
    }

    private static StoreId Identify(Wire.StoreId id, string applicationId) =>
        new(WireMessage.ToKind(id.Kind), ApplicationId.Normalise(applicationId), id.RecordingId);

    internal sealed class Entry(StoreId id, int order)
    {
        public StoreId Id => id;

        /// <summary>How many stores were met before it.</summary>
        public int Order => order;

        public StoreSource Source { get; set; } = StoreSource.Unknown;

        public CrateVersion Version { get; set; }

        public Wire.SetStoreInfo? Announcement { get; set; }

        public bool IsAnnounced => Announcement is not null;

        public ManifestBuilder Manifest { get; } = new();

        public SorbetSchemaBuilder Schema { get; } = new();

        public HashSet<Tuid> ChunkIds { get; } = [];

        public RrdStore ToStore(Schema schema, ReadOnlyMemory<byte> schemaSha256, RrdManifest manifest) =>
            new(id, Source, Version, schema, schemaSha256, manifest) { Announcement = Announcement };

        /// <summary>The store as its chunks so far make it.</summary>
        public RrdStore ToStore()
        {
            var schema = Schema.Build();
            return ToStore(schema, SorbetSchemaHash.Compute(schema), Manifest.Build());
        }
    }
}

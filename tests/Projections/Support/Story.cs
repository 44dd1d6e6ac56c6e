using System.Text;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections.Tests.Support;

/// <summary>Tells a history of one dataset into a log, event by event, as the Registrar would.</summary>
public sealed class Story(FakeLog log, string datasetId = "00000000000000000000000000000001")
{
    private readonly Dictionary<(string Segment, string Layer), LayerRegistered> _standing = [];
    private readonly Dictionary<string, RuleDeclared> _rules = [];
    private readonly HashSet<string> _retired = [];

    public DatasetId Dataset { get; } = DatasetId.Parse(datasetId);

    public FakeLog Log { get; } = log;

    public static EventSource Person { get; } = new("cli", "me");

    private static EventSource Rule { get; } = new("rule", null);

    /// <summary>Who registers from now on what is given.</summary>
    public EventSource Sender { get; set; } = Person;

    public static EventSource Robot(string name) => new("robot", name);

    public LayerRegistered Layer(string segment, string layer) => _standing[(segment, layer)];

    public bool Stands(string segment, string layer) => _standing.ContainsKey((segment, layer));

    public IEnumerable<(string Segment, string Layer)> Standing => _standing.Keys;

    public long Create(string name = "arms") => Log.Append(new DatasetCreated(Dataset, name, KeepMode.Auto));

    /// <summary>As the write side does it: the dataset and its two companions in one append.</summary>
    public long CreateWithCompanions(DatasetId blueprint, DatasetId asset, string name = "arms") => Log.Append(
        new DatasetCreated(Dataset, name, KeepMode.Auto) { BlueprintDataset = blueprint, AssetDataset = asset, Source = Person },
        new DatasetCreated(blueprint, EntryIdText.BlueprintName(Dataset), KeepMode.Auto) { Kind = DatasetKind.Blueprint, CompanionOf = Dataset, Source = Person },
        new DatasetCreated(asset, EntryIdText.AssetName(Dataset), KeepMode.Auto) { Kind = DatasetKind.Asset, CompanionOf = Dataset, Source = Person });

    public long Rename(string name) => Log.Append(new DatasetRenamed(Dataset, name, Person));

    public long Refer(DatasetId? blueprint, string? segment, string? tableSegment, DatasetId? asset) =>
        Log.Append(new DatasetDetailsChanged(Dataset, blueprint, segment, tableSegment, asset, Person));

    public long Delete(params DatasetId[] companions) => Log.Append([.. companions.Prepend(Dataset).Select(d => new DatasetDeleted(d, Person))]);

    public long HowTo()
    {
        Declare("tracking_error", ["base"], "tracking_error");
        return Declare("quality", ["tracking_error"], "quality");
    }

    public long Declare(string rule, string[] inputs, string output, string parameters = "{}", RuleOutputs? outputs = null)
    {
        var declared = new RuleDeclared(
            Dataset, rule, _rules.TryGetValue(rule, out var before) ? before.Revision + 1 : 1, rule, EquatableArray.Create<string>(inputs), output, CanonicalJson.Parse(parameters)) { Outputs = outputs };
        _rules[rule] = declared;
        _retired.Remove(rule);
        return Log.Append(declared);
    }

    /// <param name="content">Stands for the bytes: the same word is the same fingerprint.</param>
    /// <param name="schema">Columns of the recording schema: name and type.</param>
    public LayerRegistered Make(
        string segment,
        string layer,
        string content,
        Schema? schema = null,
        RecordBatch? properties = null,
        IndexRange[]? ranges = null,
        Provenance? provenance = null)
    {
        var schemaIpc = ArrowStreamWriter.Write(schema ?? Schemas.Joints);
        return new LayerRegistered(
            Dataset, segment, layer, "rrd", "app", $"file:///recordings/{segment}_{layer}_{content}.rrd",
            new KeptBytes(KeepMode.Copy, $"sha/{content}", null, null), 2_000, 1_000 + content.Length, Hash(content), Hash(content + " file"), 4,
            Sha256Digest.Of(schemaIpc), Log.Add(schemaIpc), properties is null ? null : Log.Add(properties.ToIpcStream()), Log.Add(Schemas.ChunkIndex(content).ToIpcStream()),
            EquatableArray.Create<IndexRange>(ranges ?? [new("frame", TimelineKind.Sequence, 0, content.Length)]), provenance is null ? Sender : Rule,
            _standing.TryGetValue((segment, layer), out var before) ? before.Fingerprint : null,
            provenance is null ? LayerOrigin.Given : LayerOrigin.Derived, provenance);
    }

    public long Register(
        string segment, string layer, string content, Schema? schema = null, RecordBatch? properties = null, IndexRange[]? ranges = null) =>
        Register(Make(segment, layer, content, schema, properties, ranges));

    public long Register(params IReadOnlyList<LayerRegistered> layers)
    {
        foreach (var layer in layers)
        {
            _standing[(layer.Segment, layer.Layer)] = layer;
        }

        return Log.Append([.. layers]);
    }

    public long Unregister(string segment, string layer, string reason = "asked")
    {
        _standing.Remove((segment, layer), out var removed);
        return Log.Append(new LayerUnregistered(Dataset, segment, layer, removed!.Fingerprint, reason, Person));
    }

    /// <summary>The given layer goes and its rule works again, in one append.</summary>
    public long Adopt(string segment, string rule)
    {
        _standing.Remove((segment, _rules[rule].OutputLayer), out var given);
        return Log.Append(new LayerUnregistered(Dataset, segment, given!.Layer, given.Fingerprint, "adopted", Person), new RuleResumed(Dataset, rule, segment));
    }

    public EquatableArray<DerivationInput> InputsOf(string segment, string rule) =>
        _rules[rule].Inputs.Select(layer => new DerivationInput(layer, Layer(segment, layer).Fingerprint)).ToEquatableArray();

    public Sha256Digest WorkOf(string segment, string rule) => WorkIds.Of(Dataset, segment, rule, _rules[rule].Revision, InputsOf(segment, rule));

    /// <summary>The rule's layer and its evaluation in one append.</summary>
    public long Derive(string segment, string rule, string content, RecordBatch? properties = null, string outcome = "derived", int version = 1, string? backfill = null)
    {
        var declared = _rules[rule];
        var inputs = InputsOf(segment, rule);
        var provenance = new Provenance(rule, declared.Revision, declared.Deriver, version, 1, declared.Parameters, inputs, 10, [new DroppedRows(DropReasons.NonFinite, 2)]);
        var layer = Make(segment, declared.OutputLayer, content, Schemas.Error, properties, provenance: provenance);
        _standing[(segment, layer.Layer)] = layer;
        return Log.Append(layer, new DerivationDone(
            Dataset, segment, rule, declared.Revision, WorkOf(segment, rule), declared.OutputLayer, layer.Fingerprint, outcome, inputs, 10,
            [new DroppedRows(DropReasons.NonFinite, 2)], 1, backfill));
    }

    public long Skip(string segment, string rule, string reason, int? version = null, string? backfill = null) => Log.Append(new DerivationSkipped(
        Dataset, segment, rule, _rules[rule].Revision, WorkOf(segment, rule), null, reason, "in words", InputsOf(segment, rule), [], version, backfill));

    public long SkipSchema(string rule, Sha256Digest schema, int? version = null, string? backfill = null) => Log.Append(new DerivationSkipped(
        Dataset, "", rule, _rules[rule].Revision, null, schema, SkipReasons.SchemaMismatch, "no joints", [], [], version, backfill));

    public long Fail(string segment, string rule, int attempt = 3) => Log.Append(new DerivationFailed(
        Dataset, segment, rule, _rules[rule].Revision, WorkOf(segment, rule), FailureReasons.TooManyAttempts, "in words", InputsOf(segment, rule), attempt));

    public bool HasRule(string rule) => _rules.ContainsKey(rule) && !_retired.Contains(rule);

    /// <summary>Its revisions go on counting when it is declared again.</summary>
    public long Retire(string rule)
    {
        _retired.Add(rule);
        return Log.Append(new RuleRetired(Dataset, rule, Person));
    }
    /// <param name="version">Of the deriver.</param>
    public long Backfill(string id, string rule, int version = 1, bool force = false, long segments = 1) => Log.Append(new BackfillStarted(
        id, Dataset, rule, _rules[rule].Revision, _rules[rule].Deriver, version, force, null, null, segments, Person));

    public long Admit(string id, string rule, params string[] segments) => Log.Append(new BackfillAdmitted(
        id, Dataset, rule, _rules[rule].Revision, Log.Events.Count(e => e.Event is BackfillAdmitted a && a.BackfillId == id), EquatableArray.Create<string>(segments)));

    public long PauseBackfill(string id, string rule) => Log.Append(new BackfillPaused(id, Dataset, rule, Person));

    public long ResumeBackfill(string id, string rule) => Log.Append(new BackfillResumed(id, Dataset, rule, Person));

    public long CancelBackfill(string id, string rule) => Log.Append(new BackfillCancelled(id, Dataset, rule, "a person asked", Person));

    public long FinishBackfill(string id, string rule) => Log.Append(new BackfillFinished(id, Dataset, rule, 1));

    public long Suppress(string segment, string rule) => Log.Append(new RuleSuppressed(Dataset, rule, segment, "asked"));

    public long Resume(string segment, string rule) => Log.Append(new RuleResumed(Dataset, rule, segment));

    public long SetProperties(string segment, long revision, RecordBatch properties) =>
        Log.Append(new SegmentPropertiesSet(Dataset, segment, revision, Log.Add(properties.ToIpcStream()), Person));

    public long RemoveProperties(string segment, long revision) => Log.Append(new SegmentPropertiesRemoved(Dataset, segment, revision, Person));

    /// <param name="name">Stands for the broken file.</param>
    public long Quarantine(string name) => Log.Append(new RecordingQuarantined(
        Hash(name), Dataset, $"file:///{name}.rrd", "base", null, 9, QuarantineReasons.Truncated, "cut", 7, Sender));

    public long Release(string name) => Log.Append(new RecordingReleased(Hash(name), Dataset, false, Person));

    public long Discard(string name) => Log.Append(new RecordingDiscarded(Hash(name), Dataset, Person));

    public static Sha256Digest Hash(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
}

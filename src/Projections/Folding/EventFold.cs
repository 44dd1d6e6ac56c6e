using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Backfills;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Fleet;
using Strata.Projections.Layers;
using Strata.Projections.Moments;
using Strata.Projections.Purges;
using Strata.Projections.Quarantine;
using Strata.Projections.Rules;
using Strata.Projections.SegmentProperties;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>
/// Hands each event to the folds that it concerns. Pure over (event, rows): no clock, no random number, no file; the same log gives the same rows
/// however it is cut into batches. An event that is not listed here stops everything: skipping it would make the tables wrong in silence.
/// </summary>
internal sealed class EventFold
{
    private const string Released = "released";
    private const string Discarded = "discarded";

    private readonly Dictionary<DatasetId, DatasetState> _datasets = [];
    private readonly LogTimeRows _times;
    private readonly EntryRows _entries;
    private readonly LayerRows _layers;
    private readonly PropertySchemaRows _propertySchemas;
    private readonly LayerShapeRows _shapes;
    private readonly DatasetShapeRows _datasetShapes;
    private readonly SchemaRows _schemas;
    private readonly RuleRows _rules;
    private readonly WorkRows _workRows;
    private readonly QuarantineRows _quarantine;
    private readonly SegmentPropertyRows _segmentProperties;
    private readonly PurgeRows _purges;
    private readonly BackfillRows _backfillRows;
    private readonly BackfillFold _backfills;
    private readonly FleetFold _fleet;
    private readonly VerdictReader _verdicts;
    private readonly WorkFold _work;
    private readonly EvaluationFold _evaluations;
    private readonly EvaluationRows _evaluationRows;
    private readonly SegmentStates _segments;
    private readonly HashSet<DatasetState> _changed = [];

    public EventFold(SqliteDatabase database, int rememberedSegments)
    {
        _times = new(database);
        _entries = new(database);
        _layers = new(database);
        _propertySchemas = new(database);
        _shapes = new(database);
        _datasetShapes = new(database);
        _schemas = new(database);
        _rules = new(database);
        _workRows = new(database);
        _quarantine = new(database);
        _segmentProperties = new(database);
        _purges = new(database);
        _fleet = new(database, _layers);
        _verdicts = new(database);
        var evaluations = new EvaluationRows(database);
        var suppressions = new SuppressionRows(database);
        _work = new(_workRows, suppressions);
        _backfillRows = new(database);
        _backfills = new(_backfillRows, _work);
        _evaluations = new(evaluations);
        _evaluationRows = evaluations;
        _segments = new(database, _workRows, rememberedSegments);
        foreach (var dataset in _entries.LoadAll())
        {
            _rules.Load(dataset);
            _schemas.Load(dataset);
            _datasetShapes.Load(dataset);
            evaluations.LoadSkippedSchemas(dataset);
            suppressions.Load(dataset);
            _datasets.Add(dataset.Id, dataset);
        }
    }

    /// <inheritdoc cref="PurgeRows.HoldsPropertiesOf"/>
    public bool HoldsPropertiesOf(RecordingPurged purged) => _purges.HoldsPropertiesOf(purged);

    /// <param name="purged">What is covered by it is folded as if it had no properties.</param>
    public void Apply(RecordedEvent recorded, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs, PurgedSegments purged)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        _times.Add(position, at);
        switch (recorded.Event)
        {
            case DatasetCreated created:
                Create(position, at, created);
                break;
            case DatasetPinned pinned:
                Begin(position, at, pinned.Dataset);
                _entries.Insert(position, at, pinned);
                break;
            case DatasetRenamed renamed:
                _entries.Rename(Dataset(renamed.Dataset), position, renamed.Name);
                Touch(Dataset(renamed.Dataset), position, at);
                break;
            case DatasetDetailsChanged details:
                _entries.Refer(Dataset(details.Dataset), position, details);
                Touch(Dataset(details.Dataset), position, at);
                break;
            case DatasetDeleted deleted:
                Delete(position, at, Dataset(deleted.Dataset));
                break;
            case RuleDeclared declared:
                Declare(position, at, declared);
                break;
            case RuleRetired retired:
                Retire(position, at, retired);
                break;
            case RuleSuppressed suppressed:
                _work.OnRuleSuppressed(Dataset(suppressed.Dataset), Segment(suppressed.Dataset, suppressed.Segment), position, suppressed);
                break;
            case RuleResumed resumed:
                _work.OnRuleResumed(Dataset(resumed.Dataset), Segment(resumed.Dataset, resumed.Segment), position, resumed);
                break;
            case LayerRegistered registered:
                Register(recorded, registered, blobs, purged);
                break;
            case LayerUnregistered unregistered:
                Unregister(position, at, unregistered);
                break;
            case DerivationDone done:
                _evaluations.OnDone(Dataset(done.Dataset), Segment(done.Dataset, done.Segment), position, at, done);
                _work.OnEvaluated(Segment(done.Dataset, done.Segment), position, done.WorkId);
                break;
            case DerivationSkipped skipped:
                Skip(position, at, skipped);
                break;
            case DerivationFailed failed:
                _evaluations.OnFailed(Dataset(failed.Dataset), Segment(failed.Dataset, failed.Segment), position, at, failed);
                _work.OnEvaluated(Segment(failed.Dataset, failed.Segment), position, failed.WorkId);
                break;
            case BackfillStarted or BackfillAdmitted or BackfillPaused or BackfillResumed or BackfillCancelled or BackfillFinished:
                _backfills.Apply(recorded, _datasets.GetValueOrDefault(BackfillFold.DatasetOf(recorded.Event)), _segments);
                break;
            case RecordingQuarantined quarantined:
                Quarantine(position, at, quarantined);
                break;
            case RecordingReleased released:
                Settle(position, released.QuarantineId, Released);
                break;
            case RecordingDiscarded discarded:
                Settle(position, discarded.QuarantineId, Discarded);
                break;
            case SegmentPropertiesSet set:
                SetProperties(position, set, blobs, purged);
                break;
            case SegmentPropertiesRemoved removed:
                _segmentProperties.Close(Dataset(removed.Dataset).Key, position, removed.Segment);
                break;
            case RecordingPurged erased:
                _purges.Insert(position, at, erased);
                break;
            case RetentionDeclared retention:
                Touch(Dataset(retention.Dataset), position, at);
                break;
            case RecordingChanged or RegistrationFinished or BytesReleased or MessageAnswered:
                // Told by the log; no read model has a column for it.
                break;
            default:
                throw new UnknownEventTypeException(recorded.Type);
        }

        _fleet.Write(position);
    }

    /// <summary>Writes what was kept back for the end of the batch.</summary>
    public void Flush()
    {
        foreach (var dataset in _changed)
        {
            if (dataset.Changed)
            {
                _entries.Touch(dataset);
                _schemas.Flush(dataset);
                _datasetShapes.Flush(dataset);
                dataset.Changed = false;
            }
        }

        _changed.Clear();
        _workRows.Flush();
        _times.Flush();
    }

    private void Create(long position, long at, DatasetCreated created)
    {
        Begin(position, at, created.Dataset);
        _entries.Insert(position, at, created);
    }

    private void Begin(long position, long at, DatasetId id)
    {
        if (!_datasets.TryAdd(id, new DatasetState(position, id, at, position)))
        {
            throw new FoldException($"dataset {id} is created a second time");
        }
    }

    /// <summary>Nobody will work on it, and no query finds it but as of an earlier position: its other rows stand as they are.</summary>
    private void Delete(long position, long at, DatasetState dataset)
    {
        _fleet.OnDatasetDeleted(dataset.Key);
        _entries.Close(dataset, position);
        _schemas.Flush(dataset);
        _datasetShapes.Flush(dataset);
        _workRows.CloseAll(dataset.Key, position);
        _backfillRows.CancelAll(position, at, dataset.Id);
        _changed.Remove(dataset);
        _datasets.Remove(dataset.Id);
    }

    private void Declare(long position, long at, RuleDeclared declared)
    {
        var dataset = Dataset(declared.Dataset);
        var before = dataset.FindRule(declared.Rule);
        var rule = new RuleState(declared.Rule, declared.Revision, declared.Inputs, declared.OutputLayer, position, before?.FirstDeclared ?? position);
        if (before is null)
        {
            dataset.Retired.RemoveAll(r => r.Rule == declared.Rule);
            dataset.Rules.Add(rule);
        }
        else
        {
            _rules.Close(before.Position, position);
            dataset.Rules[dataset.Rules.IndexOf(before)] = rule;
        }

        _rules.Insert(dataset.Key, declared, rule);
        Touch(dataset, position, at);
        if (before is not null)
        {
            _work.OnRuleDeclared(dataset, _segments, position, rule);
        }
    }

    private void Retire(long position, long at, RuleRetired retired)
    {
        var dataset = Dataset(retired.Dataset);
        var rule = dataset.FindRule(retired.Rule)
            ?? throw new FoldException($"dataset {dataset.Id}: rule '{retired.Rule}' is retired, but it does not stand");
        _rules.Close(rule.Position, position);
        dataset.Rules.Remove(rule);
        dataset.Retired.Add(rule);
        _work.OnRuleRetired(dataset, _segments, position, rule.Rule);
        Touch(dataset, position, at);
    }

    private void Register(RecordedEvent recorded, LayerRegistered layer, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs, PurgedSegments purged)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        var dataset = Dataset(layer.Dataset);
        var segment = _segments.Get(dataset, layer.Segment, fresh: recorded.Version == 1);
        var shares = SegmentShares.Of(segment.Layers);
        var before = segment.FindLayer(layer.Layer);
        if (before is not null)
        {
            _layers.Close(before.Position, position);
            segment.Layers.Remove(before);
        }

        var robot = _fleet.See(layer.Source, position, at);
        var verdict = Verdict.None;
        long shape;
        if (layer.PropertiesBlob is { } hash && !purged.Covers(layer.Dataset, layer.Segment, position))
        {
            var content = blobs.TryGetValue(hash, out var found)
                ? found
                : throw new FoldException($"segment '{layer.Segment}', layer '{layer.Layer}': its property blob {hash} is not in the log; verify the log, or restore it");
            var (schema, delta) = _propertySchemas.Reduce(content.Span, position);
            shape = _shapes.Of(schema, layer.IndexRanges, position);
            verdict = _verdicts.Read(schema, delta.Span);
            _layers.Insert(position, at, dataset.Key, layer, shape, delta.Span, robot, verdict);
        }
        else
        {
            shape = _shapes.Of(null, layer.IndexRanges, position);
            _layers.Insert(position, at, dataset.Key, layer, shape, default, robot, verdict);
        }

        // The new layer holds its schema before the old one lets go: a replacement of the same schema keeps its place in the dataset's columns.
        _schemas.Hold(dataset, position, layer.SchemaSha256, layer.SchemaBlob);
        _datasetShapes.Hold(dataset, position, shape);
        if (before is not null)
        {
            _datasetShapes.Release(dataset, position, before.Shape);
            _schemas.Release(dataset, position, before.Schema);
        }

        segment.Layers.Add(new(layer.Layer, position, layer.Fingerprint, layer.Origin, layer.SchemaSha256, shape)
        {
            Robot = robot is { } key ? new(key, layer.SizeBytes) : null,
            Verdict = verdict,
        });
        _fleet.OnSegment(shares, segment.Layers);
        if (robot is { } sender)
        {
            _fleet.OnRecording(sender, position, at);
        }

        Touch(dataset, position, at);
        if (dataset.HadRules)
        {
            _work.OnLayerRegistered(dataset, segment, position, layer, before?.Fingerprint);
        }

        if (before is not null)
        {
            LetIn(dataset, position, before);
        }
    }

    private void SetProperties(long position, SegmentPropertiesSet set, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs, PurgedSegments purged)
    {
        var dataset = Dataset(set.Dataset).Key;
        if (purged.Covers(set.Dataset, set.Segment, position))
        {
            _segmentProperties.Insert(dataset, position, set, null, default);
            return;
        }

        var content = blobs.TryGetValue(set.PropertiesBlob, out var found)
            ? found
            : throw new FoldException($"segment '{set.Segment}': the blob {set.PropertiesBlob} of its properties is not in the log; verify the log, or restore it");
        if (TagColumns.Of(content) is not { } tags)
        {
            _segmentProperties.Insert(dataset, position, set, null, default);
            return;
        }

        var (schema, delta) = _propertySchemas.Reduce(tags, position);
        _segmentProperties.Insert(dataset, position, set, _shapes.Of(schema, [], position), delta.Span);
    }

    private void Unregister(long position, long at, LayerUnregistered layer)
    {
        var dataset = Dataset(layer.Dataset);
        var segment = _segments.Get(dataset, layer.Segment);
        var removed = segment.FindLayer(layer.Layer)
            ?? throw new FoldException($"segment '{layer.Segment}': layer '{layer.Layer}' is unregistered, but it does not stand");
        var shares = SegmentShares.Of(segment.Layers);
        _layers.Close(removed.Position, position);
        _schemas.Release(dataset, position, removed.Schema);
        _datasetShapes.Release(dataset, position, removed.Shape);
        segment.Layers.Remove(removed);
        _fleet.OnSegment(shares, segment.Layers);
        Touch(dataset, position, at);
        if (layer.Reason == SkipReasons.YieldedSchema)
        {
            _evaluations.OnYielded(dataset, segment, position, at, layer);
        }

        _work.OnLayerUnregistered(dataset, segment, position, layer.Segment, removed);
        LetIn(dataset, position, removed);
    }

    private void Quarantine(long position, long at, RecordingQuarantined quarantined)
    {
        _fleet.OnQuarantined(_quarantine.RobotOf(quarantined.QuarantineId), -1);
        var robot = _fleet.See(quarantined.Source, position, at);
        _fleet.OnQuarantined(robot, 1);
        _quarantine.Insert(position, at, quarantined, robot);
    }

    private void Settle(long position, Sha256Digest quarantineId, string state)
    {
        _fleet.OnQuarantined(_quarantine.RobotOf(quarantineId), -1);
        _quarantine.Settle(position, quarantineId, state);
    }

    /// <summary>Asked only when the last holder of a given layer's schema goes: a thousand layers of one schema that are unregistered together ask once.</summary>
    private void LetIn(DatasetState dataset, long position, LayerState gone)
    {
        if (gone.Origin == LayerOrigin.Given && dataset.Rules.Count > 0 && !dataset.Schemas.ContainsKey(gone.Schema))
        {
            _work.OnSchemaGone(dataset, _segments, position, _evaluationRows.KeptOut(dataset.Key));
        }
    }

    private void Skip(long position, long at, DerivationSkipped skipped)
    {
        var dataset = Dataset(skipped.Dataset);
        if (skipped.WorkId is { } workId)
        {
            var segment = _segments.Get(dataset, skipped.Segment);
            _evaluations.OnSkipped(dataset, segment, position, at, skipped, workId);
            _work.OnEvaluated(segment, position, workId);
            return;
        }

        var schema = skipped.SchemaSha256
            ?? throw new FoldException($"rule '{skipped.Rule}': a skip names neither a work item nor a schema");
        _evaluations.OnSchemaSkipped(dataset, position, at, skipped, schema);
        _work.OnSchemaSkipped(dataset, _segments, position, skipped, schema);
    }

    private DatasetState Dataset(DatasetId id) => _datasets.TryGetValue(id, out var dataset)
        ? dataset
        : throw new FoldException($"the event is about dataset {id}, which no event created");

    private SegmentState Segment(DatasetId dataset, string segment) => _segments.Get(Dataset(dataset), segment);

    private void Touch(DatasetState dataset, long position, long at)
    {
        dataset.Touch(position, at);
        _changed.Add(dataset);
    }
}

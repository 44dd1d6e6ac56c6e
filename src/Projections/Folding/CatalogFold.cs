using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Backfills;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Layers;
using Strata.Projections.Moments;
using Strata.Projections.Purges;
using Strata.Projections.Rules;
using Strata.Projections.SegmentProperties;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>
/// Hands each event to the folds that it concerns. An event that is not listed here stops them: skipping it would make the tables wrong in silence.
/// </summary>
internal sealed class CatalogFold : IEventFold
{
    private readonly DatasetStates _datasets;
    private readonly SegmentStates _segments;
    private readonly LogTimeRows _times;
    private readonly PurgeRows _purges;
    private readonly WorkRows _workRows;
    private readonly EntryFold _entries;
    private readonly RuleFold _rules;
    private readonly LayerFold _layers;
    private readonly SegmentPropertyFold _segmentProperties;
    private readonly BackfillFold _backfills;
    private readonly WorkFold _work;
    private readonly EvaluationFold _evaluations;

    public CatalogFold(SqliteDatabase database, int rememberedSegments)
    {
        var (layers, propertySchemas, layerShapes) = (new LayerRows(database), new PropertySchemaRows(database), new LayerShapeRows(database));
        var (entries, rules, schemas, shapes) = (new EntryRows(database), new RuleRows(database), new SchemaRows(database), new DatasetShapeRows(database));
        var (evaluations, suppressions, backfills) = (new EvaluationRows(database), new SuppressionRows(database), new BackfillRows(database));
        _times = new(database);
        _purges = new(database);
        _workRows = new(database);
        _datasets = new(entries, schemas, shapes, rules, evaluations, suppressions);
        _segments = new(database, _workRows, rememberedSegments);
        _work = new(_workRows, suppressions);
        _evaluations = new(evaluations);
        _entries = new(_datasets, entries, _workRows, backfills);
        _rules = new(_datasets, _segments, rules, _work);
        _layers = new(_datasets, _segments, new(layers, propertySchemas, layerShapes, schemas, shapes, evaluations), _work, _evaluations);
        _segmentProperties = new(_datasets, new(database), propertySchemas, layerShapes);
        _backfills = new(backfills, _work);
    }

    public bool HoldsPropertiesOf(RecordingPurged purged) => _purges.HoldsPropertiesOf(purged);

    public void Apply(RecordedEvent recorded, FoldBatch batch)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        _times.Add(position, at);
        switch (recorded.Event)
        {
            case DatasetCreated created:
                _entries.OnCreated(position, at, created);
                break;
            case DatasetPinned pinned:
                _entries.OnPinned(position, at, pinned);
                break;
            case DatasetRenamed renamed:
                _entries.OnRenamed(position, at, renamed);
                break;
            case DatasetDetailsChanged details:
                _entries.OnDetailsChanged(position, at, details);
                break;
            case RetentionDeclared retention:
                _entries.OnRetentionDeclared(position, at, retention);
                break;
            case DatasetDeleted deleted:
                _entries.OnDeleted(position, at, deleted);
                break;
            case RuleDeclared declared:
                _rules.OnDeclared(position, at, declared);
                break;
            case RuleRetired retired:
                _rules.OnRetired(position, at, retired);
                break;
            case RuleSuppressed suppressed:
                _rules.OnSuppressed(position, suppressed);
                break;
            case RuleResumed resumed:
                _rules.OnResumed(position, resumed);
                break;
            case LayerRegistered registered:
                _layers.OnRegistered(recorded, registered, batch);
                break;
            case LayerUnregistered unregistered:
                _layers.OnUnregistered(position, at, unregistered);
                break;
            case DerivationDone done:
                _evaluations.OnDone(_datasets[done.Dataset], Segment(done.Dataset, done.Segment), position, at, done);
                _work.OnEvaluated(Segment(done.Dataset, done.Segment), position, done.WorkId);
                break;
            case DerivationSkipped skipped:
                Skip(position, at, skipped);
                break;
            case DerivationFailed failed:
                _evaluations.OnFailed(_datasets[failed.Dataset], Segment(failed.Dataset, failed.Segment), position, at, failed);
                _work.OnEvaluated(Segment(failed.Dataset, failed.Segment), position, failed.WorkId);
                break;
            case BackfillStarted or BackfillAdmitted or BackfillPaused or BackfillResumed or BackfillCancelled or BackfillFinished:
                _backfills.Apply(recorded, _datasets.Find(BackfillFold.DatasetOf(recorded.Event)), _segments);
                break;
            case SegmentPropertiesSet set:
                _segmentProperties.OnSet(position, set, batch);
                break;
            case SegmentPropertiesRemoved removed:
                _segmentProperties.OnRemoved(position, removed);
                break;
            case RecordingPurged erased:
                _purges.Insert(position, at, erased);
                break;
            case RecordingQuarantined or RecordingReleased or RecordingDiscarded:
                // The fleet's.
                break;
            case RecordingChanged or RegistrationFinished or BytesReleased or MessageAnswered:
                // Told by the log; no read model has a column for it.
                break;
            default:
                throw new UnknownEventTypeException(recorded.Type);
        }
    }

    public void Flush()
    {
        _datasets.Flush();
        _workRows.Flush();
        _times.Flush();
    }

    private void Skip(long position, long at, DerivationSkipped skipped)
    {
        var dataset = _datasets[skipped.Dataset];
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

    private SegmentState Segment(DatasetId dataset, string segment) => _segments.Get(_datasets[dataset], segment);
}

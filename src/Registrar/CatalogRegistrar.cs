using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>The Registrar over an event store and a recording store. Safe for concurrent use, also by several processes: they meet in the event store only.</summary>
public sealed class CatalogRegistrar : IRegistrar, IPublishRecordings, IBackfills
{
    private readonly RegisterRecordingsHandler _register;
    private readonly RecordEvaluationsHandler _evaluations;
    private readonly DatasetHandler _datasets;
    private readonly RetireRuleHandler _retirements;
    private readonly ApplyRulesHandler _applies;
    private readonly SegmentRuleHandler _segmentRules;
    private readonly DatasetChangeHandler _datasetChanges;
    private readonly PinHandler _pins;
    private readonly UnregisterHandler _unregister;
    private readonly PurgeHandler _purge;
    private readonly QuarantineHandler _quarantine;
    private readonly RecordChangedHandler _changed;
    private readonly SegmentPropertiesHandler _properties;
    private readonly BackfillHandler _backfills;
    private readonly PublishRecordingsHandler _publish;

    /// <param name="uploads">Null: no client uploads anything, and no message finds an upload.</param>
    /// <param name="publishing">Null: robots' URLs are opened as everybody's, and no rule is declared for a dataset that a message is the first to name.</param>
    /// <param name="ownership">Whose the recordings are; null: whoever opened them knows.</param>
    public CatalogRegistrar(
        IEventStore events,
        IRecordingStore recordings,
        IRecordingInspector inspector,
        ILogger<CatalogRegistrar> logger,
        IUploadedRecordings? uploads = null,
        PublishOptions? publishing = null,
        StoreOwnership? ownership = null)
    {
        var appends = new OptimisticAppend(events, logger, ownership);
        var inspection = new SourceInspection(recordings, inspector);
        _register = new(appends, recordings, inspection);
        _evaluations = new(appends, recordings);
        _datasets = new(appends);
        _retirements = new(appends);
        _applies = new(appends);
        _segmentRules = new(appends);
        _datasetChanges = new(appends);
        _pins = new(appends);
        _unregister = new(appends);
        _purge = new(appends);
        var found = uploads ?? new NoUploads();
        var options = publishing ?? new PublishOptions([]) { Sources = recordings };
        _quarantine = new(appends, recordings, inspection, new MessageRelease(_register, appends, found, options));
        _publish = new(options.Sources is { } sources ? new(appends, sources, new SourceInspection(sources, inspector)) : _register, appends, found, options);
        _changed = new(appends);
        _properties = new(appends, recordings);
        _backfills = new(appends);
    }

    public async Task<RegisterOutcome> RegisterAsync(RegisterRecordings command, IProgress<RegisterProgress>? progress, CancellationToken cancellationToken)
    {
        using var activity = StrataTracing.Start(SpanNames.Register);
        try
        {
            var outcome = await _register.HandleAsync(command, progress, cancellationToken);
            RegistrarMeasures.CountCall(outcome, command.Source);
            RegistrarMeasures.Describe(activity, command, outcome);
            return outcome;
        }
        catch (Exception e)
        {
            activity.Fail(e.Message);
            throw;
        }
    }

    public async Task<IReadOnlyList<PublishAnswer>> PublishAsync(IReadOnlyList<RobotDelivery> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        using var activity = RegistrarMeasures.StartPublishing(deliveries);
        try
        {
            var answers = await _publish.HandleAsync(deliveries, cancellationToken);
            RegistrarMeasures.CountPublished(answers);
            return answers;
        }
        catch (Exception e)
        {
            activity.Fail(e.Message);
            throw;
        }
    }

    public Task<IReadOnlyList<EvaluationAnswer>> RecordEvaluationsAsync(IReadOnlyList<Evaluation> evaluations, CancellationToken cancellationToken) =>
        _evaluations.HandleAsync(evaluations, cancellationToken);

    public Task<DatasetOutcome> CreateDatasetAsync(CreateDataset command, CancellationToken cancellationToken) => _datasets.CreateAsync(command, cancellationToken);

    public Task<PinOutcome> PinDatasetAsync(PinDataset command, CancellationToken cancellationToken) => _pins.HandleAsync(command, cancellationToken);

    public Task<long> RetainDatasetAsync(RetainDataset command, CancellationToken cancellationToken) => _datasetChanges.RetainAsync(command, cancellationToken);

    public Task<RenameOutcome> RenameDatasetAsync(RenameDataset command, CancellationToken cancellationToken) => _datasetChanges.RenameAsync(command, cancellationToken);

    public Task<DeleteOutcome> DeleteDatasetAsync(DeleteDataset command, CancellationToken cancellationToken) => _datasetChanges.DeleteAsync(command, cancellationToken);

    public Task<DetailsOutcome> ChangeDatasetDetailsAsync(ChangeDatasetDetails command, CancellationToken cancellationToken) =>
        _datasetChanges.ChangeDetailsAsync(command, cancellationToken);

    public Task<int> AddMissingCompanionsAsync(EventSource source, CancellationToken cancellationToken) => _datasetChanges.AddMissingCompanionsAsync(source, cancellationToken);

    public Task<RuleDeclared> DeclareRuleAsync(DeclareRule command, CancellationToken cancellationToken) => _datasets.DeclareAsync(command, cancellationToken);

    public Task<RetireOutcome> RetireRuleAsync(RetireRule command, CancellationToken cancellationToken) => _retirements.HandleAsync(command, cancellationToken);

    public Task<ApplyOutcome> ApplyRulesAsync(ApplyRules command, CancellationToken cancellationToken) => _applies.HandleAsync(command, cancellationToken);

    public Task<bool> SuppressRuleAsync(SuppressRule command, CancellationToken cancellationToken) => _segmentRules.SuppressAsync(command, cancellationToken);

    public Task<AdoptOutcome> AdoptLayerAsync(AdoptLayer command, CancellationToken cancellationToken) => _segmentRules.AdoptAsync(command, cancellationToken);

    public Task<UnregisterOutcome> UnregisterAsync(UnregisterLayers command, CancellationToken cancellationToken) => _unregister.HandleAsync(command, cancellationToken);

    public Task<PurgeOutcome> PurgeAsync(PurgeSegment command, CancellationToken cancellationToken) => _purge.HandleAsync(command, cancellationToken);

    public Task<SegmentPropertiesOutcome> SetSegmentPropertiesAsync(SetSegmentProperties command, CancellationToken cancellationToken) =>
        _properties.SetAsync(command, cancellationToken);

    public Task<long> RemoveSegmentPropertiesAsync(RemoveSegmentProperties command, CancellationToken cancellationToken) => _properties.RemoveAsync(command, cancellationToken);

    public Task<bool> ResumeRuleAsync(DatasetId dataset, string rule, string segment, EventSource source, CancellationToken cancellationToken) =>
        _segmentRules.ResumeAsync(new ResumeRule(dataset, rule, segment), cancellationToken);

    public Task<RegisterOutcome> ReleaseAsync(Sha256Digest quarantineId, bool recover, EventSource source, CancellationToken cancellationToken) =>
        _quarantine.ReleaseAsync(new ReleaseRecording(quarantineId, recover, source), cancellationToken);

    public Task DiscardAsync(Sha256Digest quarantineId, EventSource source, CancellationToken cancellationToken) =>
        _quarantine.DiscardAsync(new DiscardRecording(quarantineId, source), cancellationToken);

    public Task<StartedBackfill> StartBackfillAsync(StartBackfill command, CancellationToken cancellationToken) => _backfills.StartAsync(command, cancellationToken);

    public Task<SteeredBackfill> SteerBackfillAsync(SteerBackfill command, CancellationToken cancellationToken) => _backfills.SteerAsync(command, cancellationToken);

    public Task<long?> AdmitBackfillAsync(AdmitBackfill command, CancellationToken cancellationToken) => _backfills.AdmitAsync(command, cancellationToken);

    public Task RecordChangedAsync(RecordingChanged changed, CancellationToken cancellationToken) => _changed.HandleAsync(changed, cancellationToken);

    private sealed class NoUploads : IUploadedRecordings
    {
        public Task<KeptFile?> FindAsync(Sha256Digest receipt, CancellationToken cancellationToken) => Task.FromResult<KeptFile?>(null);
    }
}

using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>The decisions that workers rely on, over a real log: superseded, known, given, recorded.</summary>
internal sealed class PlainRegistrar(IEventStore log) : IRegistrar, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    public ConcurrentQueue<EvaluationAnswer> Answers { get; } = [];

    public ConcurrentQueue<RecordingChanged> Changed { get; } = [];

    /// <summary>Called with each request; throws what the test wants.</summary>
    public Action<IReadOnlyList<Evaluation>> BeforeRecord { get; set; } = _ => { };

    public async Task<IReadOnlyList<EvaluationAnswer>> RecordEvaluationsAsync(IReadOnlyList<Evaluation> evaluations, CancellationToken cancellationToken)
    {
        BeforeRecord(evaluations);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var answers = new List<EvaluationAnswer>();
            foreach (var evaluation in evaluations)
            {
                var answer = await RecordAsync(evaluation, cancellationToken);
                answers.Add(answer);
                Answers.Enqueue(answer);
            }

            return answers;
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task RecordChangedAsync(RecordingChanged changed, CancellationToken cancellationToken)
    {
        Changed.Enqueue(changed);
        return Task.CompletedTask;
    }

    private async Task<EvaluationAnswer> RecordAsync(Evaluation evaluation, CancellationToken cancellationToken)
    {
        var forSchema = evaluation is Evaluation.Skipped { ForSchema: not null };
        var evaluationStream = StreamIds.Evaluation(evaluation.Dataset, forSchema ? "" : evaluation.Segment);
        var segmentStream = StreamIds.Segment(evaluation.Dataset, evaluation.Segment);
        var streams = await log.ReadStreamsAsync([segmentStream, evaluationStream], cancellationToken);
        var layers = SegmentLayers.Of(streams[0].Events);
        if (layers.Resolve(evaluation.Inputs) is null)
        {
            return new(evaluation.WorkId, EvaluationStatus.Superseded, 0);
        }

        if (streams[1].Events.FirstOrDefault(e => Decides(e.Event, evaluation)) is { } known)
        {
            return new(evaluation.WorkId, EvaluationStatus.Known, known.Position);
        }

        List<StreamAppend> appends = evaluation switch
        {
            Evaluation.Derived d =>
            [
                new(segmentStream, StreamAppend.AnyVersion, [Layer(d)]),
                new(evaluationStream, StreamAppend.AnyVersion,
                    [new DerivationDone(d.Dataset, d.Segment, d.Rule, d.Revision, d.WorkId, d.OutputLayer, d.Facts.Fingerprint, d.Outcome, d.Inputs, d.Provenance.RowsUsed, d.Provenance.RowsDropped, d.Attempt)]),
            ],
            Evaluation.Skipped s =>
            [
                new(evaluationStream, StreamAppend.AnyVersion,
                    [new DerivationSkipped(s.Dataset, forSchema ? "" : s.Segment, s.Rule, s.Revision, forSchema ? null : s.WorkId, s.ForSchema, s.Reason, s.Detail, s.Inputs, s.RowsDropped)]),
            ],
            Evaluation.Failed f => [new(evaluationStream, StreamAppend.AnyVersion, [new DerivationFailed(f.Dataset, f.Segment, f.Rule, f.Revision, f.WorkId, f.Reason, f.Detail, f.Inputs, f.Attempt)])],
            _ => throw new NotSupportedException(),
        };
        var blobs = evaluation is Evaluation.Derived { Facts: var facts } ? [Blob.Of(facts.SchemaIpc), Blob.Of(facts.ChunkIndexIpc)] : System.Collections.Immutable.ImmutableArray<Blob>.Empty;
        var result = await log.AppendAsync(new(Guid.NewGuid().ToString(), [.. appends], [], blobs), cancellationToken);
        return new(evaluation.WorkId, EvaluationStatus.Recorded, ((AppendResult.Appended)result).LastPosition);
    }

    private static bool Decides(StrataEvent decided, Evaluation evaluation) => decided switch
    {
        DerivationSkipped { SchemaSha256: { } schema } s => evaluation is Evaluation.Skipped { ForSchema: { } other } && s.Rule == evaluation.Rule && s.Revision == evaluation.Revision && schema == other,
        DerivationDone d => d.WorkId == evaluation.WorkId,
        DerivationSkipped d => d.WorkId == evaluation.WorkId,
        DerivationFailed d => d.WorkId == evaluation.WorkId,
        _ => false,
    };

    private static LayerRegistered Layer(Evaluation.Derived d) => new(
        d.Dataset, d.Segment, d.OutputLayer, "rrd", d.Facts.ApplicationId, $"strata:{d.File.Kept.Location}", d.File.Kept, d.File.SizeBytes, d.File.SizeBytes, d.Facts.Fingerprint,
        d.File.FileSha256, 1, d.Facts.SchemaSha256, Sha256Digest.Of(d.Facts.SchemaIpc.Span), null, Sha256Digest.Of(d.Facts.ChunkIndexIpc.Span), [], new("rule", d.Rule), null,
        LayerOrigin.Derived, d.Provenance);

    public Task<RegisterOutcome> RegisterAsync(RegisterRecordings command, IProgress<RegisterProgress>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DatasetOutcome> CreateDatasetAsync(CreateDataset command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> RetainDatasetAsync(RetainDataset command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PinOutcome> PinDatasetAsync(PinDataset command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RenameOutcome> RenameDatasetAsync(RenameDataset command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DeleteOutcome> DeleteDatasetAsync(DeleteDataset command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DetailsOutcome> ChangeDatasetDetailsAsync(ChangeDatasetDetails command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> AddMissingCompanionsAsync(EventSource source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RuleDeclared> DeclareRuleAsync(DeclareRule command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RetireOutcome> RetireRuleAsync(RetireRule command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ApplyOutcome> ApplyRulesAsync(ApplyRules command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> SuppressRuleAsync(SuppressRule command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AdoptOutcome> AdoptLayerAsync(AdoptLayer command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UnregisterOutcome> UnregisterAsync(UnregisterLayers command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PurgeOutcome> PurgeAsync(PurgeSegment command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SegmentPropertiesOutcome> SetSegmentPropertiesAsync(SetSegmentProperties command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> RemoveSegmentPropertiesAsync(RemoveSegmentProperties command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ResumeRuleAsync(DatasetId dataset, string rule, string segment, EventSource source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RegisterOutcome> ReleaseAsync(Sha256Digest quarantineId, bool recover, EventSource source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DiscardAsync(Sha256Digest quarantineId, EventSource source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose() => _gate.Dispose();
}

using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Rules, work list and evaluations folded in memory from a real log, whenever they are asked.</summary>
internal sealed class FoldedReadModels(IEventStore log) : IReadModels, IWorkList, IRuleList, IEvaluationList, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(DatasetId, string), RuleRow> _rules = [];
    private readonly Dictionary<(DatasetId Dataset, string Segment), Dictionary<string, LayerRegistered>> _segments = [];
    private readonly Dictionary<(DatasetId Dataset, string Segment, string Rule), EvaluationRow> _decisions = [];
    private readonly HashSet<(string Rule, int Revision, Sha256Digest Schema)> _skipped = [];
    private readonly Dictionary<(DatasetId Dataset, string Segment, string Rule), WorkItem> _open = [];
    private Look _lookEnded = new(0);
    private long _looksBegun;
    private long _position;

    /// <summary>When set, nobody is told that the read models changed.</summary>
    public bool Silent { get; init; }

    public long Position => Volatile.Read(ref _position);

    /// <summary>Ends when the whole work list was looked through by a look that began after this call; for lists that fit on a page.</summary>
    public async Task WaitForLookAsync(CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _looksBegun);
        while (Volatile.Read(ref _lookEnded) is { } ended && ended.Begun <= before)
        {
            await ended.Next.Task.WaitAsync(cancellationToken);
        }
    }

    public async Task WaitForAsync(long position, CancellationToken cancellationToken)
    {
        while (Position < position)
        {
            await FoldAsync(cancellationToken);
        }
    }

    public async Task WaitForChangeAsync(long position, CancellationToken cancellationToken)
    {
        if (Silent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        await log.WaitForEventsAsync(position, cancellationToken);
        await FoldAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<WorkItem>> OpenAsync(int limit, long afterPosition, Sha256Digest? afterWorkId, CancellationToken cancellationToken)
    {
        var look = new Look(Interlocked.Increment(ref _looksBegun));
        await FoldAsync(cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var page = _open.Values
                .OrderBy(i => i.OpenedAtPosition).ThenBy(i => i.WorkId.Value, StringComparer.Ordinal)
                .Where(i => i.OpenedAtPosition > afterPosition || (i.OpenedAtPosition == afterPosition && string.CompareOrdinal(i.WorkId.Value, afterWorkId?.Value) > 0))
                .Take(limit).ToList();
            if (page.Count < limit && afterPosition == 0)
            {
                Interlocked.Exchange(ref _lookEnded, look).Next.SetResult();
            }

            return page;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, IReadOnlyList<string> segments, long? asOf, CancellationToken cancellationToken)
    {
        await FoldAsync(cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return [.. _open.Values.Where(i => i.Dataset == dataset && segments.Contains(i.Segment))];
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<long> CountOpenAsync(DatasetId? dataset, CancellationToken cancellationToken)
    {
        await FoldAsync(cancellationToken);
        return _open.Count;
    }

    async Task<IReadOnlyList<RuleRow>> IRuleList.ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken)
    {
        await FoldAsync(cancellationToken);
        return [.. _rules.Values.Where(r => r.Dataset == dataset)];
    }

    Task<IReadOnlyList<SuppressionRow>> IRuleList.ReadSuppressionsAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<RuleRow>> IRuleList.ReadRevisionsAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => throw new NotSupportedException();

    async Task<IReadOnlyList<EvaluationRow>> IEvaluationList.ReadAsync(DatasetId dataset, string? segment, long? asOf, CancellationToken cancellationToken)
    {
        await FoldAsync(cancellationToken);
        return [.. _decisions.Values.Where(d => d.Dataset == dataset && (segment is null || d.Segment == segment || d.Segment.Length == 0))];
    }

    public IEntryList Entries => throw new NotSupportedException();

    public IMoments Moments => throw new NotSupportedException();

    public ISegmentTable Segments => throw new NotSupportedException();

    public IDatasetManifest Manifest => throw new NotSupportedException();

    public IDatasetSchema Schemas => throw new NotSupportedException();

    public IChunkIndex Chunks => throw new NotSupportedException();

    public IRuleList Rules => this;

    public IWorkList Work => this;

    public IEvaluationList Evaluations => this;

    public ISegmentProperties SegmentProperties => throw new NotSupportedException();

    public IBackfillList Backfills => throw new NotSupportedException();

    public IQuarantineList Quarantine => throw new NotSupportedException();

    public IFleet Fleet => throw new NotSupportedException();

    private async Task FoldAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            while (await log.ReadAsync(_position, 1000, cancellationToken) is { Events.Length: > 0 } page)
            {
                foreach (var recorded in page.Events)
                {
                    Apply(recorded);
                }

                Volatile.Write(ref _position, page.Events[^1].Position);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Apply(RecordedEvent recorded)
    {
        switch (recorded.Event)
        {
            case RuleDeclared r:
                _rules[(r.Dataset, r.Rule)] = new(r.Dataset, r.Rule, r.Revision, r.Deriver, r.Inputs, r.OutputLayer, r.Parameters, recorded.Position);
                break;
            case LayerRegistered l:
                Layers(l.Dataset, l.Segment)[l.Layer] = l;
                Reconsider(l.Dataset, l.Segment, l.Layer, recorded.Position);
                break;
            case LayerUnregistered l:
                Layers(l.Dataset, l.Segment).Remove(l.Layer);
                Reconsider(l.Dataset, l.Segment, l.Layer, recorded.Position);
                break;
            case DerivationDone d:
                Decide(recorded, d.Dataset, d.Segment, d.Rule, d.Revision, d.Outcome, null, null, d.WorkId, d.Inputs, d.Attempt);
                break;
            case DerivationSkipped { SchemaSha256: { } schema } d:
                _skipped.Add((d.Rule, d.Revision, schema));
                Decide(recorded, d.Dataset, d.Segment, d.Rule, d.Revision, "skipped", d.Reason, d.Detail, null, d.Inputs, 1);
                foreach (var key in _open.Where(o => o.Value.Rule == d.Rule && o.Value.SchemaSha256 == schema).Select(o => o.Key).ToList())
                {
                    _open.Remove(key);
                }

                break;
            case DerivationSkipped d:
                Decide(recorded, d.Dataset, d.Segment, d.Rule, d.Revision, "skipped", d.Reason, d.Detail, d.WorkId, d.Inputs, 1);
                break;
            case DerivationFailed d:
                Decide(recorded, d.Dataset, d.Segment, d.Rule, d.Revision, "failed", d.Reason, d.Detail, d.WorkId, d.Inputs, d.Attempt);
                break;
        }
    }

    private void Decide(
        RecordedEvent recorded, DatasetId dataset, string segment, string rule, int revision, string outcome, string? reason, string? detail,
        Sha256Digest? workId, EquatableArray<DerivationInput> inputs, int attempt)
    {
        var key = (dataset, segment, rule);
        _decisions[key] = new(
            dataset, segment, rule, revision, _rules[(dataset, rule)].OutputLayer, outcome, reason, detail, workId, inputs, 0, [], attempt, recorded.Position, recorded.RecordedAtNs, true);
        if (_open.TryGetValue(key, out var open) && open.WorkId == workId)
        {
            _open.Remove(key);
        }
    }

    private Dictionary<string, LayerRegistered> Layers(DatasetId dataset, string segment)
    {
        if (!_segments.TryGetValue((dataset, segment), out var layers))
        {
            _segments[(dataset, segment)] = layers = new(StringComparer.Ordinal);
        }

        return layers;
    }

    private void Reconsider(DatasetId dataset, string segment, string changed, long position)
    {
        var layers = Layers(dataset, segment);
        foreach (var rule in _rules.Values.Where(r => r.Dataset == dataset && r.Inputs.Contains(changed)))
        {
            var key = (dataset, segment, rule.Rule);
            _open.Remove(key);
            if (!rule.Inputs.All(layers.ContainsKey))
            {
                continue;
            }

            var inputs = rule.Inputs.Select(i => new DerivationInput(i, layers[i].Fingerprint)).ToEquatableArray();
            var schema = layers[rule.Inputs[0]].SchemaSha256;
            var workId = WorkIds.Of(dataset, segment, rule.Rule, rule.Revision, inputs);
            if (!_skipped.Contains((rule.Rule, rule.Revision, schema)) && (!_decisions.TryGetValue(key, out var decision) || decision.WorkId != workId))
            {
                _open[key] = new(workId, dataset, segment, rule.Rule, rule.Revision, inputs, schema, position);
            }
        }
    }

    public void Dispose() => _gate.Dispose();

    private sealed record Look(long Begun)
    {
        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

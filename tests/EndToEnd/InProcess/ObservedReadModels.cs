using Strata.Contracts;
using Strata.Projections;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>The read models as a worker sees them, with each look through the work list noted.</summary>
internal sealed class ObservedReadModels(IReadModels models) : IReadModels, IWorkList
{
    private readonly Watched<int> _lastEnded = new(0);
    private int _begun;

    /// <summary>Nobody is told of a change: only messages and the sweep wake the worker.</summary>
    public bool TellsNothing { get; init; }

    public long Position => models.Position;

    public IEntryList Entries => models.Entries;

    public IMoments Moments => models.Moments;

    public ISegmentTable Segments => models.Segments;

    public IDatasetManifest Manifest => models.Manifest;

    public IDatasetSchema Schemas => models.Schemas;

    public IChunkIndex Chunks => models.Chunks;

    public IRuleList Rules => models.Rules;

    public IWorkList Work => this;

    public IEvaluationList Evaluations => models.Evaluations;

    public ISegmentProperties SegmentProperties => models.SegmentProperties;

    public IBackfillList Backfills => models.Backfills;

    public IQuarantineList Quarantine => models.Quarantine;

    public IFleet Fleet => models.Fleet;

    /// <summary>Ends when a look that began after this call came to the end of the work list.</summary>
    public Task WaitForLookAsync(CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _begun);
        return _lastEnded.UntilAsync(ended => ended > before, cancellationToken);
    }

    public Task WaitForAsync(long position, CancellationToken cancellationToken) => models.WaitForAsync(position, cancellationToken);

    public Task WaitForChangeAsync(long position, CancellationToken cancellationToken) =>
        TellsNothing ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken) : models.WaitForChangeAsync(position, cancellationToken);

    public async Task<IReadOnlyList<WorkItem>> OpenAsync(int limit, long afterPosition, Sha256Digest? afterWorkId, CancellationToken cancellationToken)
    {
        var look = Interlocked.Increment(ref _begun);
        var page = await models.Work.OpenAsync(limit, afterPosition, afterWorkId, cancellationToken);
        if (page.Count < limit)
        {
            _lastEnded.Change(_ => look);
        }

        return page;
    }

    public Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, IReadOnlyList<string> segments, long? asOf, CancellationToken cancellationToken) =>
        models.Work.OpenAsync(dataset, segments, asOf, cancellationToken);

    public Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => models.Work.OpenAsync(dataset, asOf, cancellationToken);

    public Task<long> CountOpenAsync(DatasetId? dataset, CancellationToken cancellationToken) => models.Work.CountOpenAsync(dataset, cancellationToken);
}

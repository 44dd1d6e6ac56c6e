using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Waits until the rules have nothing more to do for some segments.</summary>
public sealed class Settlement(IEventStore store, IReadModels models, WorkStandstills standstills)
{
    /// <summary>Few enough that a query by segment stays cheap; above it one query over the dataset does better.</summary>
    private const int SegmentsPerQuery = 500;

    /// <summary>How often work has stood still so far: asked for before a call that causes work.</summary>
    public long Standstills => standstills.Told;

    /// <summary>
    /// Nothing is open when the work list, folded past the head of the log, holds nothing of these segments: an evaluation and the layer that it
    /// made are one append, so work that follows from the layer is in the list by the time the evaluation is.
    /// </summary>
    /// <param name="segments">Null: all of the dataset.</param>
    /// <param name="toldBefore"><see cref="Standstills"/> before the work was caused: what stood still later ends the wait.</param>
    /// <exception cref="WorkStandsStillException">The storage keeps the work from being done.</exception>
    public async Task WaitAsync(DatasetId dataset, IReadOnlyCollection<string>? segments, long toldBefore, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        long mostOpen = 0;
        while (true)
        {
            await models.WaitForAsync(await store.HeadAsync(cancellationToken), cancellationToken);
            var position = models.Position;
            var open = segments is null
                ? await models.Work.CountOpenAsync(dataset, cancellationToken)
                : await CountOpenAsync(dataset, segments, cancellationToken);
            if (open == 0)
            {
                return;
            }

            mostOpen = Math.Max(mostOpen, open);
            progress.Report(new("deriving", mostOpen - open, mostOpen));
            await ChangeAsync(position, toldBefore, cancellationToken);
        }
    }

    /// <summary>Ends with the next change of the read models.</summary>
    /// <exception cref="WorkStandsStillException">The storage keeps work from being done.</exception>
    internal async Task ChangeAsync(long position, long toldBefore, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var standstill = standstills.AfterAsync(toldBefore, over.Token);
        var change = models.WaitForChangeAsync(position, over.Token);
        var first = await Task.WhenAny(change, standstill);
        await over.CancelAsync();
        if (first == change)
        {
            await change;
        }
        else
        {
            await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            throw new WorkStandsStillException(await standstill);
        }
    }

    public async Task<long> CountOpenAsync(DatasetId dataset, IReadOnlyCollection<string> segments, CancellationToken cancellationToken)
    {
        long open = 0;
        foreach (var some in segments.Chunk(SegmentsPerQuery))
        {
            open += (await models.Work.OpenAsync(dataset, some, asOf: null, cancellationToken)).Count;
        }

        return open;
    }
}

/// <summary>What was asked is in the log, and the rules cannot follow it until the storage is mended.</summary>
/// <param name="reason">What the storage refused, and what to do.</param>
public sealed class WorkStandsStillException(string reason)
    : OperationException(OperationErrors.StorageRefused, $"what was asked is done and in the log, but the rules stand still: {reason}", "free room on the disk that is named here; the rules go on with the next command, or by themselves where a server runs")
{
    public string Reason { get; } = reason;
}

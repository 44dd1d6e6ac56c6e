using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Waits until the rules have nothing more to do for some segments.</summary>
public sealed class Settlement(IEventStore store, IReadModels models)
{
    /// <summary>Few enough that a query by segment stays cheap; above it one query over the dataset does better.</summary>
    private const int SegmentsPerQuery = 500;

    /// <summary>
    /// Nothing is open when the work list, folded past the head of the log, holds nothing of these segments: an evaluation and the layer that it
    /// made are one append, so work that follows from the layer is in the list by the time the evaluation is.
    /// </summary>
    /// <param name="segments">Null: all of the dataset.</param>
    public async Task WaitAsync(DatasetId dataset, IReadOnlyCollection<string>? segments, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
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
            await models.WaitForChangeAsync(position, cancellationToken);
        }
    }

    public async Task<long> CountOpenAsync(DatasetId dataset, IReadOnlyCollection<string> segments, CancellationToken cancellationToken)
    {
        long open = 0;
        foreach (var some in segments.Chunk(SegmentsPerQuery))
        {
            open += (await models.Work.OpenAsync(dataset, some, cancellationToken)).Count;
        }

        return open;
    }
}

using System.Diagnostics;
using System.Threading.Channels;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Running;

namespace Strata.Projections;

/// <summary>
/// Replays the log into a new file beside the live one, compares both at the same position and swaps. The live generation is compared inside one
/// read transaction, so the runner folds on meanwhile; it pauses only for the last few events before the swap. No recording is opened: this room cannot.
/// </summary>
public sealed class Rebuild(ReadModels models, IEventStore events) : IRebuild, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<RebuildReport> RunAsync(bool verifyOnly, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        var number = RemoveOldGenerations() + 1;
        GenerationWriter? writer = null;
        try
        {
            var replay = writer = GenerationWriter.CreateForReplay(models.Files.PathOf(number));
            var clock = Stopwatch.StartNew();
            RebuildReport report;
            using (var live = models.Read())
            {
                var count = await ReplayAsync(replay, live.Position, progress, cancellationToken).ConfigureAwait(false);
                if (!verifyOnly)
                {
                    replay.MakeDurable();
                }

                var seconds = clock.Elapsed.TotalSeconds;
                var differences = await Task.Run(() => GenerationComparison.Compare(live.Database, replay.Database, cancellationToken), cancellationToken).ConfigureAwait(false);
                report = new RebuildReport(count, seconds, count / Math.Max(seconds, double.Epsilon), differences);
            }

            if (!verifyOnly)
            {
                await models.SwapAsync(number, position => ReplayAsync(replay, position, null, cancellationToken), replay.Dispose, cancellationToken).ConfigureAwait(false);
            }

            return report;
        }
        finally
        {
            writer?.Dispose();
            if (models.LiveNumber != number)
            {
                models.Files.Delete(number);
            }

            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The one that was live before the last rebuild was kept until now; files of rebuilds that were cut short go too.</summary>
    /// <returns>Number of the live generation.</returns>
    private int RemoveOldGenerations()
    {
        var live = models.LiveNumber;
        foreach (var number in models.Files.Numbers())
        {
            if (number != live)
            {
                models.Files.Delete(number);
            }
        }

        return live;
    }

    private async Task<long> ReplayAsync(GenerationWriter writer, long upTo, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = new EventFeed(events).Start(writer.Position, upTo, stop.Token);
        var count = 0L;
        try
        {
            await foreach (var batch in batches.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                writer.Apply(batch);
                count += batch.Events.Length;
                progress?.Report(new RebuildProgress(batch.NextPosition, upTo));
            }
        }
        catch (ChannelClosedException exception) when (exception.InnerException is FeedFailedException failed)
        {
            throw new ProjectionParkedException(failed.Position, failed.Message);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        return count;
    }
}

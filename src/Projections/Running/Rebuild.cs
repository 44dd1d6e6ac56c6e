using System.Diagnostics;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Running;

namespace Strata.Projections;

/// <summary>
/// Replays the log into a new file beside the live one, compares both at the same position and swaps. The live generation is compared inside one
/// read transaction, so the runner folds on meanwhile; it pauses only for the last few events before the swap. The live one is taken as it lies there,
/// also where its checkpoint is not of this log: that is a difference. No recording is opened: this room cannot.
/// </summary>
public sealed class Rebuild(ReadModels models, IEventStore events) : IRebuild, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<RebuildReport> RunAsync(bool verifyOnly, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        GenerationWriter? writer = null;
        var number = 0;
        try
        {
            var head = await events.HeadAsync(cancellationToken).ConfigureAwait(false);
            if (verifyOnly && models.IsFollowing)
            {
                await models.WaitForAsync(head, cancellationToken).ConfigureAwait(false);
            }

            RemoveOldGenerations();
            number = models.Files.NextNumber();
            var replay = writer = GenerationWriter.CreateForReplay(models.Files.PathOf(number));
            var clock = Stopwatch.StartNew();
            var count = 0L;
            IReadOnlyList<RebuildDifference> differences;
            using (var live = models.Read())
            {
                // The head is read after the live position: one above it is of another log, and is a difference, not something to wait for.
                var upTo = Math.Min(live.Position, await events.HeadAsync(cancellationToken).ConfigureAwait(false));
                count += await ReplayAsync(replay, upTo, progress, cancellationToken).ConfigureAwait(false);
                clock.Stop();
                differences = await Task.Run(() => GenerationComparison.Compare(live.Database, replay.Database, cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            if (!verifyOnly)
            {
                clock.Start();
                count += await ReplayAsync(replay, await events.HeadAsync(cancellationToken).ConfigureAwait(false), progress, cancellationToken).ConfigureAwait(false);
                replay.MakeDurable();
                clock.Stop();
                await models.SwapAsync(number, () => CatchUpAsync(replay, cancellationToken), replay.Dispose, cancellationToken).ConfigureAwait(false);
            }

            var seconds = clock.Elapsed.TotalSeconds;
            return new RebuildReport(count, seconds, count / Math.Max(seconds, double.Epsilon), differences);
        }
        finally
        {
            writer?.Dispose();
            if (number != 0 && models.LiveNumber != number)
            {
                models.Files.Delete(number);
            }

            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The one that was live before the last rebuild was kept until now; files of rebuilds that were cut short go too.</summary>
    private void RemoveOldGenerations()
    {
        var live = models.LiveNumber;
        foreach (var number in models.Files.Numbers())
        {
            if (number != live)
            {
                models.Files.Delete(number);
            }
        }
    }

    private async Task<long> CatchUpAsync(GenerationWriter replay, CancellationToken cancellationToken)
    {
        await ReplayAsync(replay, await events.HeadAsync(cancellationToken).ConfigureAwait(false), null, cancellationToken).ConfigureAwait(false);
        return replay.Position;
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
        catch (FeedFailedException failed)
        {
            throw new ProjectionParkedException(failed.Position, failed.Message) { LogIsDamaged = failed.InnerException is LogDamagedException };
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        return count;
    }
}

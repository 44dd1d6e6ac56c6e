using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>
/// Makes a generation by replay, beside the live one. What a kill cuts short lies there under a number above the live one's, and the next replay goes on from its last commit.
/// </summary>
internal sealed class Replay(FoldedTables tables, IEventStore events, EventFeed feed)
{
    /// <param name="notBeyond">Where the live one stands and stays: one that is further cannot be compared with it.</param>
    /// <returns>Its number, and the file open for writing: that of a replay which was cut short, where it is of these folds and of this log, else a new one.</returns>
    public async Task<(int Number, GenerationWriter Writer)> BeginAsync(long notBeyond, CancellationToken cancellationToken)
    {
        var files = tables.Files;
        var live = tables.LiveNumber;
        int? found = null;
        foreach (var number in files.Numbers().Where(number => number > live).OrderDescending())
        {
            if (found is null && await CanGoOnAsync(number, notBeyond, cancellationToken).ConfigureAwait(false))
            {
                found = number;
            }
            else
            {
                files.Delete(number);
            }
        }

        var chosen = found ?? files.NextNumber();
        return (chosen, GenerationWriter.OpenReplay(tables.Projection, files.PathOf(chosen), isNew: found is null));
    }

    /// <param name="beforeBatch">Ends with an exception where this process must not go on.</param>
    /// <returns>How many events were replayed.</returns>
    /// <exception cref="ProjectionParkedException">An event cannot be read or folded.</exception>
    public async Task<long> ToAsync(
        GenerationWriter writer, long upTo, IProgress<RebuildProgress>? progress, Func<CancellationToken, Task>? beforeBatch, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await FoldAsync(writer, upTo, progress, beforeBatch, cancellationToken).ConfigureAwait(false) is { } count)
                {
                    writer.Commit();
                    return count;
                }

                // What it holds was purged since it was read, perhaps by a replay that was cut: only one that knows of it from the start is without it.
                writer.BeginAnew();
            }
        }
        catch (FeedFailedException failed)
        {
            throw Standstills.Of(failed).Of(tables.Projection.Noun);
        }
        catch (FoldFailedException failed)
        {
            throw Standstills.Of(failed).Of(tables.Projection.Noun);
        }
        finally
        {
            tables.ReplayPosition = null;
        }
    }

    /// <returns>How many events were folded; null where the next one says that something is erased which was folded before.</returns>
    private async Task<long?> FoldAsync(
        GenerationWriter writer, long upTo, IProgress<RebuildProgress>? progress, Func<CancellationToken, Task>? beforeBatch, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = feed.Start(writer.Position, upTo, stop.Token);
        var count = 0L;
        try
        {
            await foreach (var batch in batches.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (beforeBatch is not null)
                {
                    await beforeBatch(cancellationToken).ConfigureAwait(false);
                }

                if (writer.HoldsWhatIsPurgedIn(batch))
                {
                    return null;
                }

                writer.Apply(batch);
                count += batch.Events.Length;
                tables.ReplayPosition = writer.Position;
                progress?.Report(new RebuildProgress(batch.NextPosition, upTo));
            }

            return count;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Puts the replayed generation in the live one's place; the former one stays until the next swap, those before it go.</summary>
    public async Task<int> SwapAsync(int number, GenerationWriter writer, CancellationToken cancellationToken)
    {
        var former = tables.LiveNumber;
        writer.MakeDurable();
        await tables.SwapAsync(
            number,
            writer,
            async () => await ToAsync(writer, await events.HeadAsync(cancellationToken).ConfigureAwait(false), null, null, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        foreach (var older in tables.Files.Numbers().Where(older => older < number && older != former))
        {
            tables.Files.Delete(older);
        }

        return former;
    }

    private async Task<bool> CanGoOnAsync(int number, long notBeyond, CancellationToken cancellationToken)
    {
        try
        {
            using var generation = Generation.Open(tables.Projection, tables.Files.PathOf(number), number);
            return await CheckpointCheck.FindFaultAsync(generation, events, cancellationToken).ConfigureAwait(false) is null
                && CheckpointCheck.OtherFolds(generation) is null
                && generation.ReadCheckpoint().Position <= notBeyond;
        }
        catch (ReadModelStorageException exception) when (!exception.IsTransient)
        {
            // Cut before its tables were made: nothing is lost with it.
            return false;
        }
    }
}

using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Running;

/// <summary>
/// Replays the log into a new file beside the live one, compares both at the same position and swaps. The live generation is compared inside one
/// read transaction, so the runner folds on meanwhile; it pauses only for the last few events before the swap. The live one is taken as it lies there,
/// also where its checkpoint is not of this log: that is a difference. No recording is opened: this room cannot.
/// </summary>
/// <param name="feed">Shared with the rebuilds of other projections.</param>
internal sealed class TablesRebuild(FoldedTables tables, IEventStore events, EventFeed feed)
{
    private readonly Replay _replay = new(tables, events, feed);

    public string Name => tables.Projection.Name;

    public async Task<RebuildReport> RunAsync(bool verifyOnly, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        using var one = await tables.BeginReplayAsync(cancellationToken).ConfigureAwait(false);
        var clock = new Clock();
        return verifyOnly
            ? await VerifyAsync(clock, progress, cancellationToken).ConfigureAwait(false)
            : await MakeAsync(clock, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RebuildReport> VerifyAsync(Clock clock, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        if (tables.IsFollowing)
        {
            await tables.WaitForAsync(await events.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        var path = tables.Files.ComparisonPath;
        GenerationFiles.Delete(path);
        try
        {
            using var writer = GenerationWriter.CreateForComparison(tables.Projection, path);
            var (count, differences) = await CompareAsync(writer, clock, progress, cancellationToken).ConfigureAwait(false);
            // Tables that lag, or that nobody has asked for yet, are compared as far as they are; the digests are of the whole log.
            clock.Start();
            count += await _replay.ToAsync(writer, await events.HeadAsync(cancellationToken).ConfigureAwait(false), progress, null, cancellationToken).ConfigureAwait(false);
            clock.Stop();
            var digests = await Task.Run(() => ReadModelDigests.Of(tables.Projection, writer.Database, cancellationToken), cancellationToken).ConfigureAwait(false);
            return Report(count, clock, differences) with { Digests = digests };
        }
        finally
        {
            GenerationFiles.Delete(path);
        }
    }

    private async Task<RebuildReport> MakeAsync(Clock clock, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        var (number, writer) = await BeginAsync(cancellationToken).ConfigureAwait(false);
        var resumedFrom = writer.Position;
        try
        {
            var (count, differences) = await CompareAsync(writer, clock, progress, cancellationToken).ConfigureAwait(false);
            clock.Start();
            count += await _replay.ToAsync(writer, await events.HeadAsync(cancellationToken).ConfigureAwait(false), progress, null, cancellationToken).ConfigureAwait(false);
            var kept = await _replay.SwapAsync(number, writer, cancellationToken).ConfigureAwait(false);
            clock.Stop();
            return Report(count, clock, differences) with { ResumedFrom = resumedFrom, KeptGeneration = kept };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whoever interrupts goes on another time; from what has failed nobody does.
            writer.Dispose();
            if (tables.LiveNumber != number)
            {
                tables.Files.Delete(number);
            }

            throw;
        }
        finally
        {
            writer.Dispose();
        }
    }

    private async Task<(int Number, GenerationWriter Writer)> BeginAsync(CancellationToken cancellationToken)
    {
        var liveMoves = tables is { IsFollowing: true, IsOutdated: false, Standstills.Parked: null };
        var (number, writer) = await _replay.BeginAsync(liveMoves ? long.MaxValue : LivePosition(), cancellationToken).ConfigureAwait(false);
        if (liveMoves)
        {
            await tables.WaitForAsync(writer.Position, cancellationToken).ConfigureAwait(false);
        }

        return (number, writer);
    }

    private async Task<(long Events, IReadOnlyList<RebuildDifference> Differences)> CompareAsync(
        GenerationWriter writer, Clock clock, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        var (count, number) = (0L, tables.LiveNumber);
        try
        {
            using var live = tables.Read();
            // The head is read after the live position: one above it is of another log, and is a difference, not something to wait for.
            var upTo = Math.Min(live.Position, await events.HeadAsync(cancellationToken).ConfigureAwait(false));
            clock.Start();
            count = await _replay.ToAsync(writer, upTo, progress, null, cancellationToken).ConfigureAwait(false);
            clock.Stop();
            return (count, await Task.Run(() => GenerationComparison.Compare(tables.Projection, live.Database, writer.Database, cancellationToken), cancellationToken).ConfigureAwait(false));
        }
        catch (ReadModelStorageException e) when (e.IsDamaged && e.Message.StartsWith(tables.Files.PathOf(number), StringComparison.Ordinal))
        {
            // Nothing of it is needed: the log is the truth.
            return (count, [new(GenerationComparison.WholeFile, Path.GetFileName(tables.Files.PathOf(number)), null, e.Message, null)]);
        }
    }

    private long LivePosition()
    {
        using var live = tables.Read();
        return live.Position;
    }

    private static RebuildReport Report(long count, Clock clock, IReadOnlyList<RebuildDifference> differences) =>
        new(count, clock.Seconds, count / Math.Max(clock.Seconds, double.Epsilon), differences);

    /// <summary>Counts while replaying, not while comparing.</summary>
    private sealed class Clock
    {
        private readonly RunnerClock _clock = RunnerClock.OfThisMachine;
        private long _started;

        public double Seconds { get; private set; }

        public void Start() => _started = _clock.Timestamp;

        public void Stop() => Seconds += _clock.Since(_started).TotalSeconds;
    }
}

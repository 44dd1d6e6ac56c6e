using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// Decides over the whole log, then goes over what it found in turns. In each turn nobody keeps files: what came to the log meanwhile is read, what still goes is said
/// there, and only then removed. So whoever registers has its bytes there until its event stands, or keeps them anew after they went.
/// </summary>
/// <param name="nowNs">UTC nanoseconds: the host's clock.</param>
public sealed class ContentCollector(IEventStore events, IRecordingStore recordings, Func<long> nowNs) : IContentCollector
{
    /// <summary>Of one append and one turn: some tens of milliseconds, for which registrations wait.</summary>
    private const int FilesPerTurn = 500;

    private const int EventsPerPage = 1_000;

    private const string Reading = "reading";
    private const string LettingGo = "letting go";

    public async Task<Collection> PlanAsync(IProgress<CollectionProgress>? progress, CancellationToken cancellationToken)
    {
        var holds = await FoldAsync(progress, cancellationToken);
        return new(await PlanAsync(holds, _ => true, cancellationToken), holds.Position);
    }

    public async Task<Collection> CollectAsync(EventSource source, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken)
    {
        var holds = await FoldAsync(progress, cancellationToken);
        return await RemoveAsync(holds, await PlanAsync(holds, _ => true, cancellationToken), source, progress, cancellationToken);
    }

    public async Task<Collection> SweepAsync(CancellationToken cancellationToken)
    {
        var old = nowNs() - (CollectionRule.OldEnough.Ticks * TimeSpan.NanosecondsPerTick);
        if (!await recordings.WasCutWhileLettingGoAsync(cancellationToken) && !await recordings.ListAsync(cancellationToken).AnyAsync(f => f.ModifiedAtNs < old, cancellationToken))
        {
            return new([], 0);
        }

        var holds = await FoldAsync(null, cancellationToken);
        return await RemoveAsync(holds, await PlanAsync(holds, reason => reason != CollectionReason.Superseded, cancellationToken), new("serve", null), null, cancellationToken);
    }

    public async Task<ContentUsage> MeasureAsync(UsageGrouping by, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken)
    {
        var holds = await FoldAsync(progress, cancellationToken);
        return UsageTally.Of(holds, await recordings.ListAsync(cancellationToken).ToListAsync(cancellationToken), by, nowNs());
    }

    public async Task<IReadOnlyDictionary<DatasetId, long?>> RetentionsAsync(CancellationToken cancellationToken) =>
        (await events.ReadGuardsAsync(GuardScopes.Retention, cancellationToken)).ToDictionary(r => DatasetId.Parse(r.Key), r => RetainDataset.Parse(r.Value));

    private async Task<ImmutableArray<CollectedFile>> PlanAsync(ContentHolds holds, Func<CollectionReason, bool> wanted, CancellationToken cancellationToken)
    {
        var now = nowNs();
        var files = await recordings.ListAsync(cancellationToken).OrderBy(f => f.Name, StringComparer.Ordinal).ToListAsync(cancellationToken);
        return [.. files.Select(f => (File: f, Reason: CollectionRule.Judge(holds, f, now))).Where(f => f.Reason is { } r && wanted(r)).Select(f => new CollectedFile(f.File, f.Reason!.Value))];
    }

    private async Task<Collection> RemoveAsync(
        ContentHolds holds, ImmutableArray<CollectedFile> plan, EventSource source, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken)
    {
        var removed = ImmutableArray.CreateBuilder<CollectedFile>();
        var done = 0;
        foreach (var turn in plan.Chunk(FilesPerTurn))
        {
            await using var lettingGo = await recordings.LetGoAsync(cancellationToken);
            await ReadOnAsync(holds, null, cancellationToken);
            var now = nowNs();
            ImmutableArray<CollectedFile> still = [.. turn.Where(f => CollectionRule.Judge(holds, f.File, now) == f.Reason)];
            await lettingGo.MarkAsync(cancellationToken);
            await SayAsync(holds, [.. still.Where(f => f.Reason == CollectionReason.Superseded)], source, cancellationToken);
            await ReadOnAsync(holds, null, cancellationToken);
            foreach (var file in still.Where(f => MayGo(holds, f)))
            {
                if (await lettingGo.RemoveAsync(file.File, cancellationToken))
                {
                    removed.Add(file);
                }
            }

            await lettingGo.UnmarkAsync(cancellationToken);
            progress?.Report(new(LettingGo, done += turn.Length, plan.Length));
        }

        if (plan.IsEmpty && await recordings.WasCutWhileLettingGoAsync(cancellationToken))
        {
            await using var lettingGo = await recordings.LetGoAsync(cancellationToken);
            await lettingGo.UnmarkAsync(cancellationToken);
        }

        return new(removed.ToImmutable(), holds.Position);
    }

    /// <summary>As the log has it after it was said: what was named, pinned or kept longer meanwhile was not let go of.</summary>
    private bool MayGo(ContentHolds holds, CollectedFile file) =>
        holds.StateOf(file.File.Location ?? "", nowNs()) == (file.Reason == CollectionReason.Orphan ? ContentState.Unnamed : ContentState.Released);

    private async Task SayAsync(ContentHolds holds, ImmutableArray<CollectedFile> files, EventSource source, CancellationToken cancellationToken)
    {
        if (files.IsEmpty)
        {
            return;
        }

        var plan = new AppendPlan();
        foreach (var file in files.Select(f => f.File))
        {
            plan.Add(StreamIds.Content(file.Location!), StreamAppend.AnyVersion, new BytesReleased(file.Location!, file.SizeBytes, holds.Position, source));
        }

        var result = await events.AppendAsync(plan.Build(CommandIds.Fresh(), []), cancellationToken);
        if (result is not AppendResult.Appended)
        {
            throw new InvalidOperationException($"letting go of {files.Length} files: the append has neither guards nor versions, and came to {result}");
        }
    }

    private async Task<ContentHolds> FoldAsync(IProgress<CollectionProgress>? progress, CancellationToken cancellationToken)
    {
        var holds = new ContentHolds();
        await ReadOnAsync(holds, progress, cancellationToken);
        return holds;
    }

    private async Task ReadOnAsync(ContentHolds holds, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken)
    {
        var head = await events.HeadAsync(cancellationToken);
        for (var position = holds.Position; position < head;)
        {
            var page = await events.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var recorded in page.Events)
            {
                holds.Apply(recorded);
            }

            position = page.NextPosition;
            progress?.Report(new(Reading, position, head));
        }
    }
}

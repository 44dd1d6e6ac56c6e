using Strata.EventStore;

namespace Strata.Projections.Running;

/// <summary>What whoever is on call asks of one projection and tells it.</summary>
internal sealed class TablesControl(FoldedTables tables, IEventStore events)
{
    public async Task<ProjectionStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        var (head, heldBack) = await events.EndAsync(cancellationToken).ConfigureAwait(false);
        var measures = tables.Measures;
        var (parked, lag) = tables.Standstills;
        var position = await Task.Run(ReadPosition, cancellationToken).ConfigureAwait(false);
        var state = parked is not null ? ProjectionState.Parked
            : lag is not null ? ProjectionState.Waiting
            : tables.IsStandby ? ProjectionState.Standby
            : !tables.IsFollowing && !tables.IsResuming ? ProjectionState.Stopped
            : tables.IsOutdated ? ProjectionState.Replacing
            : position < head ? ProjectionState.CatchingUp
            : ProjectionState.Current;
        return new ProjectionStatus(
            tables.Projection.Name,
            tables.LiveNumber,
            state,
            position,
            head,
            tables.IsFollowing ? measures.LagNs : null,
            measures.EventsPerSecond,
            tables.ReplayPosition,
            (parked ?? (ProjectionBehindException?)lag)?.Reason,
            parked is null ? null : new ParkedEvent(parked.Position, parked.EventType, parked.StreamId),
            Generations())
        {
            HeldBack = heldBack,
        };
    }

    public async Task<ProjectionStatus> ResumeAsync(CancellationToken cancellationToken)
    {
        tables.Resume();
        await tables.WaitForAsync(await events.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return await ReadStatusAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<GenerationStatus>> DropOldAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<GenerationStatus>>(
        () =>
        {
            var old = Generations().Where(generation => generation.Use == GenerationUse.Old).ToArray();
            foreach (var generation in old)
            {
                tables.Files.Delete(generation.Number);
            }

            return old;
        },
        cancellationToken);

    /// <summary>Of the file itself: tables of older folds serve too, though nobody who waits is answered from them.</summary>
    private long ReadPosition()
    {
        using var scope = tables.Read();
        return scope.Position;
    }

    private GenerationStatus[] Generations()
    {
        var live = tables.LiveNumber;
        return
        [
            .. tables.Files.Numbers().Select(number => new GenerationStatus(
                tables.Projection.Name, number, number == live ? GenerationUse.Live : number < live ? GenerationUse.Old : GenerationUse.Unfinished, tables.Files.SizeOf(number))),
        ];
    }
}

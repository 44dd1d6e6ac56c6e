using Strata.EventStore;

namespace Strata.Projections;

/// <inheritdoc/>
public sealed class ProjectionControl(ReadModels models, IEventStore events) : IProjectionControl
{
    /// <summary>There is one: all tables are folded in one transaction, so that a reader sees them at one position.</summary>
    private const string Name = "read_models";

    public async Task<ProjectionStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        var (head, heldBack) = await events.EndAsync(cancellationToken).ConfigureAwait(false);
        var measures = models.Measures;
        var (parked, lag) = models.Standstills;
        var position = await Task.Run(ReadPosition, cancellationToken).ConfigureAwait(false);
        var state = parked is not null ? ProjectionState.Parked
            : lag is not null ? ProjectionState.Waiting
            : models.IsStandby ? ProjectionState.Standby
            : !models.IsFollowing && !models.IsResuming ? ProjectionState.Stopped
            : models.IsOutdated ? ProjectionState.Replacing
            : position < head ? ProjectionState.CatchingUp
            : ProjectionState.Current;
        return new ProjectionStatus(
            Name,
            models.LiveNumber,
            state,
            position,
            head,
            models.IsFollowing ? measures.LagNs : null,
            measures.EventsPerSecond,
            models.ReplayPosition,
            (parked ?? (ProjectionBehindException?)lag)?.Reason,
            parked is null ? null : new ParkedEvent(parked.Position, parked.EventType, parked.StreamId),
            Generations())
        {
            HeldBack = heldBack,
        };
    }

    public async Task<ProjectionStatus> ResumeAsync(CancellationToken cancellationToken)
    {
        models.Resume();
        await models.WaitForAsync(await events.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return await ReadStatusAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<GenerationStatus>> DropOldAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<GenerationStatus>>(
        () =>
        {
            var old = Generations().Where(generation => generation.Use == GenerationUse.Old).ToArray();
            foreach (var generation in old)
            {
                models.Files.Delete(generation.Number);
            }

            return old;
        },
        cancellationToken);

    /// <summary>Of the file itself: tables of older folds serve too, though nobody who waits is answered from them.</summary>
    private long ReadPosition()
    {
        using var scope = models.Read();
        return scope.Position;
    }

    private GenerationStatus[] Generations()
    {
        var live = models.LiveNumber;
        return
        [
            .. models.Files.Numbers().Select(number => new GenerationStatus(
                number, number == live ? GenerationUse.Live : number < live ? GenerationUse.Old : GenerationUse.Unfinished, models.Files.SizeOf(number))),
        ];
    }
}

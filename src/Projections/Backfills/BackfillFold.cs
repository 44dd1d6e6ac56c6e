using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.WorkList;

namespace Strata.Projections.Backfills;

/// <summary>Keeps the state of each back-fill, and opens the work of its pages.</summary>
internal sealed class BackfillFold(BackfillRows rows, WorkFold work)
{
    public static DatasetId DatasetOf(StrataEvent @event) => @event switch
    {
        BackfillStarted e => e.Dataset,
        BackfillAdmitted e => e.Dataset,
        BackfillPaused e => e.Dataset,
        BackfillResumed e => e.Dataset,
        BackfillCancelled e => e.Dataset,
        BackfillFinished e => e.Dataset,
        _ => throw new FoldException($"an event of type {@event.GetType().Name} is about no back-fill"),
    };

    /// <param name="dataset">Null: deleted, and then there is nothing to do any more.</param>
    public void Apply(RecordedEvent recorded, DatasetState? dataset, SegmentStates segments)
    {
        var (position, at, version) = (recorded.Position, recorded.RecordedAtNs, recorded.Version);
        switch (recorded.Event)
        {
            case BackfillStarted started:
                rows.Insert(position, at, version, started);
                break;
            case BackfillAdmitted admitted:
                var aim = rows.Find(admitted.BackfillId) ?? throw new FoldException($"back-fill {admitted.BackfillId} goes on, and no event began it");
                rows.AddPage(position, at, version, admitted);
                if (dataset is not null)
                {
                    work.OnBackfillAdmitted(dataset, segments, position, aim, admitted);
                }

                break;
            case BackfillPaused paused:
                rows.Turn(position, at, version, paused.BackfillId, BackfillStates.Paused, null);
                break;
            case BackfillResumed resumed:
                rows.Turn(position, at, version, resumed.BackfillId, BackfillStates.Running, null);
                break;
            case BackfillCancelled cancelled:
                rows.Turn(position, at, version, cancelled.BackfillId, BackfillStates.Cancelled, cancelled.Reason);
                if (dataset is not null)
                {
                    work.OnBackfillCancelled(dataset, segments, position, cancelled.BackfillId);
                }

                break;
            case BackfillFinished finished:
                rows.Turn(position, at, version, finished.BackfillId, BackfillStates.Finished, null);
                break;
        }
    }
}

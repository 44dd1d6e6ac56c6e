using Strata.Contracts;
using Strata.Projections.Backfills;
using Strata.Projections.Folding;
using Strata.Projections.WorkList;

namespace Strata.Projections.Entries;

/// <summary>Datasets and pins: how they come, what they are called and refer to, how they go.</summary>
internal sealed class EntryFold(DatasetStates datasets, EntryRows rows, WorkRows work, BackfillRows backfills)
{
    public void OnCreated(long position, long at, DatasetCreated created)
    {
        datasets.Add(position, at, created.Dataset);
        rows.Insert(position, at, created);
    }

    public void OnPinned(long position, long at, DatasetPinned pinned)
    {
        datasets.Add(position, at, pinned.Dataset);
        rows.Insert(position, at, pinned);
    }

    public void OnRenamed(long position, long at, DatasetRenamed renamed)
    {
        rows.Rename(datasets[renamed.Dataset], position, renamed.Name);
        datasets.Touch(datasets[renamed.Dataset], position, at);
    }

    public void OnDetailsChanged(long position, long at, DatasetDetailsChanged details)
    {
        rows.Refer(datasets[details.Dataset], position, details);
        datasets.Touch(datasets[details.Dataset], position, at);
    }

    public void OnRetentionDeclared(long position, long at, RetentionDeclared retention) => datasets.Touch(datasets[retention.Dataset], position, at);

    /// <summary>Nobody will work on it, and no query finds it but as of an earlier position: its other rows stand as they are.</summary>
    public void OnDeleted(long position, long at, DatasetDeleted deleted)
    {
        var dataset = datasets[deleted.Dataset];
        rows.Close(dataset, position);
        datasets.Remove(dataset);
        work.CloseAll(dataset.Key, position);
        backfills.CancelAll(position, at, dataset.Id);
    }
}

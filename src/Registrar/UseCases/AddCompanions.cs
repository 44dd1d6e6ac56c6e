using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Gives a dataset from a log that knew no companions its two.</summary>
internal static class AddCompanions
{
    /// <returns>Nothing when it has had companions, is one itself, is a pin, or is gone.</returns>
    public static ImmutableArray<StrataEvent> Decide(DatasetState state, NewDataset ids, EventSource source, EntryNames names)
    {
        if (!state.Exists || state.Pinned is not null || state.Kind != DatasetKind.Recording || !state.Referred.IsEmpty)
        {
            return [];
        }

        var keepMode = state.Created!.KeepMode;
        var blueprint = CreateDataset.Companion(DatasetKind.Blueprint, ids.Blueprint, ids.Dataset, keepMode, source);
        var asset = CreateDataset.Companion(DatasetKind.Asset, ids.Asset, ids.Dataset, keepMode, source);
        names.RequireFree(blueprint.Name);
        names.RequireFree(asset.Name);
        return [blueprint, asset, new DatasetDetailsChanged(ids.Dataset, ids.Blueprint, null, null, ids.Asset, source)];
    }
}

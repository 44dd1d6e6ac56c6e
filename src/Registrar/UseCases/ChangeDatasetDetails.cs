using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Source: catalog-protocol §2.5, the table below UpdateDatasetEntry.</summary>
public sealed partial record ChangeDatasetDetails
{
    /// <param name="others">State of the datasets that old and new details name.</param>
    /// <param name="freshAsset">Id of an asset dataset that may have to be made.</param>
    /// <returns>Nothing when the details are these already.</returns>
    /// <exception cref="CommandRefusedException">The details refer to what is not there or of another kind.</exception>
    internal static ImmutableArray<StrataEvent> Decide(
        DatasetState state, ChangeDatasetDetails command, Func<DatasetId, DatasetState> others, DatasetId freshAsset, EntryNames names)
    {
        RefuseBlueprint(command.Details, others);
        var events = ImmutableArray.CreateBuilder<StrataEvent>();
        var asset = AssetOf(state, command, others);
        if (asset is null && state.Kind == DatasetKind.Recording)
        {
            var created = CreateDataset.Companion(DatasetKind.Asset, freshAsset, command.Dataset, state.Created!.KeepMode, command.Source);
            names.RequireFree(created.Name);
            events.Add(created);
            asset = freshAsset;
        }

        var details = command.Details with { AssetDataset = asset };
        if (details != state.Details)
        {
            events.Add(new DatasetDetailsChanged(
                command.Dataset, details.BlueprintDataset, details.DefaultBlueprintSegment, details.DefaultSegmentTableBlueprintSegment, asset, command.Source));
        }

        return events.ToImmutable();
    }

    private static void RefuseBlueprint(DatasetDetails details, Func<DatasetId, DatasetState> others)
    {
        if (details.BlueprintDataset is not { } blueprint)
        {
            if (details.DefaultBlueprintSegment is not null || details.DefaultSegmentTableBlueprintSegment is not null)
            {
                throw new CommandRefusedException(RefusalKind.Invalid, "default dataset blueprint requires a blueprint dataset");
            }

            return;
        }

        Require(blueprint, others(blueprint), DatasetKind.Blueprint, "blueprint");
    }

    /// <returns>The asset dataset that stays or comes; null when one is to be made.</returns>
    private static DatasetId? AssetOf(DatasetState state, ChangeDatasetDetails command, Func<DatasetId, DatasetState> others)
    {
        if (command.Details.AssetDataset is { } asked && asked != state.Details.AssetDataset)
        {
            Require(asked, others(asked), DatasetKind.Asset, "asset");
            return asked;
        }

        return state.Details.AssetDataset is { } kept && (others(kept).Exists || state.Kind != DatasetKind.Recording) ? kept : null;
    }

    /// <summary>Rerun's words, which its tests and clients look for.</summary>
    private static void Require(DatasetId id, DatasetState found, DatasetKind kind, string word)
    {
        if (!found.Exists)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"dataset {word} dataset does not exist: Entry id '{EntryIdText.Of(id)}' not found");
        }

        if (found.Kind != kind)
        {
            var article = kind == DatasetKind.Asset ? "an" : "a";
            throw new CommandRefusedException(RefusalKind.Invalid, $"dataset {word} dataset must be {article} {word} dataset");
        }
    }
}

using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The ids of a dataset that may be created and of its companions.</summary>
internal sealed record NewDataset(DatasetId Dataset, DatasetId Blueprint, DatasetId Asset)
{
    public static NewDataset WithFreshCompanions(DatasetId dataset) => new(dataset, DatasetId.New(), DatasetId.New());
}

/// <summary>Creates a dataset with its first rules and its two hidden companions. Source: catalog-protocol §2.5, §5.1.</summary>
public sealed partial record CreateDataset
{
    /// <param name="state">Of the dataset that has the name, else of the one to be created.</param>
    /// <returns>Nothing when it exists already and may.</returns>
    /// <exception cref="CommandRefusedException">The name or a rule is not allowed, or the name or the id is taken.</exception>
    internal static ImmutableArray<StrataEvent> Decide(DatasetState state, NewDataset ids, CreateDataset command, EntryNames names)
    {
        RefuseName(command.Name);
        if (names.Find(command.Name) is { } holder && holder != SystemEntries.EntriesTableId && !command.MustNotExist)
        {
            return [];
        }

        RefuseNewName(command.Name);
        names.RequireFree(command.Name);
        if (state.WasMade || ids.Dataset == SystemEntries.EntriesTableId)
        {
            throw new CommandRefusedException(RefusalKind.AlreadyExists, $"Entry id '{EntryIdText.Of(ids.Dataset)}' already exists");
        }

        var blueprint = Companion(DatasetKind.Blueprint, ids.Blueprint, ids.Dataset, command.KeepMode, command.Source);
        var asset = Companion(DatasetKind.Asset, ids.Asset, ids.Dataset, command.KeepMode, command.Source);
        names.RequireFree(blueprint.Name);
        names.RequireFree(asset.Name);
        var created = new DatasetCreated(ids.Dataset, command.Name, command.KeepMode) { BlueprintDataset = ids.Blueprint, AssetDataset = ids.Asset, Source = command.Source };
        return [created, .. DecideRules(state.Apply(created, 0), ids.Dataset, command), blueprint, asset];
    }

    internal static DatasetCreated Companion(DatasetKind kind, DatasetId id, DatasetId of, KeepMode keepMode, EventSource source) =>
        new(id, kind == DatasetKind.Blueprint ? EntryIdText.BlueprintName(of) : EntryIdText.AssetName(of), keepMode) { Kind = kind, CompanionOf = of, Source = source };

    internal static void RefuseName(string name)
    {
        if (Names.RefuseEntryName(name) is { } refusal)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"dataset {refusal}");
        }
    }

    /// <summary>Of an entry that is to be called so from now on.</summary>
    internal static void RefuseNewName(string name)
    {
        if (Names.RefuseNewEntryName(name) is { } refusal)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"dataset {refusal}");
        }
    }

    private static IEnumerable<StrataEvent> DecideRules(DatasetState state, DatasetId dataset, CreateDataset command)
    {
        foreach (var rule in command.Rules)
        {
            foreach (var declared in DeclareRule.Decide(state, new DeclareRule(dataset, rule, command.Source)))
            {
                state = state.Apply(declared, 0);
                yield return declared;
            }
        }
    }
}

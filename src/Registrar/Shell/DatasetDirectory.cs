using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Finds datasets by name, and plans the making of new ones. Source: DESIGN §4.3.</summary>
internal sealed class DatasetDirectory(IEventStore store)
{
    public async Task<DatasetId?> FindAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var row in await store.ReadGuardsAsync(GuardScopes.EntryName, cancellationToken))
        {
            if (row.Key == name)
            {
                return DatasetId.Parse(row.Value);
            }
        }

        return null;
    }

    public async Task<EntryNames> NamesAsync(CancellationToken cancellationToken) => new(
        (await store.ReadGuardsAsync(GuardScopes.EntryName, cancellationToken)).ToDictionary(r => r.Key, r => DatasetId.Parse(r.Value), StringComparer.Ordinal));

    /// <summary>One that can be changed; its streams must be loaded.</summary>
    /// <exception cref="CommandRefusedException">There is no such dataset, or not any more, or it is a pin.</exception>
    public static Versioned<DatasetState> Require(LoadedStreams streams, DatasetId dataset)
    {
        var state = RequireEntry(streams, dataset);
        return state.State.Pinned is { } pinned
            ? throw new CommandRefusedException(
                RefusalKind.FailedPrecondition,
                $"'{state.State.Name}' is a pin: it shows dataset {pinned.PinOf} as of position {pinned.AtPosition}, and is read, renamed and deleted, but never changed; change the dataset itself")
            : state;
    }

    /// <summary>One that can be renamed or deleted, as a pin can too; its streams must be loaded.</summary>
    /// <exception cref="CommandRefusedException">There is no such dataset, or not any more.</exception>
    public static Versioned<DatasetState> RequireEntry(LoadedStreams streams, DatasetId dataset)
    {
        if (dataset == SystemEntries.EntriesTableId)
        {
            throw new CommandRefusedException(RefusalKind.FailedPrecondition, $"'{SystemEntries.EntriesTable}' is a table of the catalog itself: it can be read, and neither changed, renamed nor deleted");
        }

        var state = streams.Dataset(dataset);
        return state.State.Exists
            ? state
            : throw new CommandRefusedException(
                RefusalKind.NotFound, $"Entry id '{EntryIdText.Of(dataset)}' not found{(state.State.IsDeleted ? $": dataset '{state.State.Name}' was deleted" : "")}");
    }

    public static void PlanCreation(AppendPlan plan, DatasetId dataset, Versioned<DatasetState> state, CreateDataset command) =>
        PlanCreation(plan, dataset, state, command, EntryNames.Empty);

    public static void PlanCreation(AppendPlan plan, DatasetId dataset, Versioned<DatasetState> state, CreateDataset command, EntryNames names)
    {
        var events = CreateDataset.Decide(state.State, NewDataset.WithFreshCompanions(dataset), command, names);
        DatasetPlanner.Plan(plan, events, id => id == dataset ? state : null);
    }

    public static void PlanRuleGuard(AppendPlan plan, RuleDeclared declared) =>
        plan.Guard(new Guard.Put(GuardScopes.Rules(declared.Dataset), declared.Rule, RevisionText(declared.Revision)));

    public static string RevisionText(int revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

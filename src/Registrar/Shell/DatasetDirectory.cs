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

    /// <summary>The dataset's streams must be loaded.</summary>
    /// <exception cref="CommandRefusedException">There is no such dataset.</exception>
    public static Versioned<DatasetState> Require(LoadedStreams streams, DatasetId dataset)
    {
        var state = streams.Dataset(dataset);
        return state.State.Created is not null ? state : throw new CommandRefusedException(RefusalKind.NotFound, $"there is no dataset with id '{dataset}'; `strata segments` and `strata register` take its name");
    }

    public static void PlanCreation(AppendPlan plan, DatasetId dataset, Versioned<DatasetState> state, CreateDataset command)
    {
        var events = CreateDataset.Decide(state.State, dataset, command);
        if (events.IsEmpty)
        {
            return;
        }

        plan.Guard(new Guard.Claim(GuardScopes.EntryName, command.Name, dataset.Value));
        plan.Guard(new Guard.Put(GuardScopes.Dataset, dataset.Value, command.Name));
        foreach (var @event in events)
        {
            plan.Add(StreamIds.Dataset(dataset), state.Version, @event);
            if (@event is RuleDeclared declared)
            {
                PlanRuleGuard(plan, declared);
            }
        }
    }

    public static void PlanRuleGuard(AppendPlan plan, RuleDeclared declared) =>
        plan.Guard(new Guard.Put(GuardScopes.Rules(declared.Dataset), declared.Rule, RevisionText(declared.Revision)));

    public static string RevisionText(int revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

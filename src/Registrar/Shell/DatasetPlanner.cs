using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Plans what happens to datasets: each event in the stream of its own dataset, with the guard rows of names and living datasets that it moves.</summary>
internal static class DatasetPlanner
{
    /// <param name="known">Those streams that were read; any other is a new one.</param>
    public static void Plan(AppendPlan plan, IEnumerable<StrataEvent> events, Func<DatasetId, Versioned<DatasetState>?> known)
    {
        foreach (var @event in events)
        {
            var dataset = DatasetOf(@event);
            var state = known(dataset);
            switch (@event)
            {
                case DatasetCreated created:
                    Guard(plan, new Guard.Claim(GuardScopes.EntryName, created.Name, dataset.Value), new Guard.Put(GuardScopes.Dataset, dataset.Value, created.Name));
                    break;
                case DatasetPinned pinned:
                    Guard(plan, new Guard.Claim(GuardScopes.EntryName, pinned.Name, dataset.Value), new Guard.Put(GuardScopes.Dataset, dataset.Value, pinned.Name));
                    break;
                case DatasetRenamed renamed:
                    Guard(
                        plan,
                        new Guard.Require(GuardScopes.Dataset, dataset.Value),
                        new Guard.Release(GuardScopes.EntryName, state!.Value.State.Name),
                        new Guard.Claim(GuardScopes.EntryName, renamed.Name, dataset.Value),
                        new Guard.Put(GuardScopes.Dataset, dataset.Value, renamed.Name));
                    break;
                case DatasetDeleted:
                    Guard(
                        plan,
                        new Guard.Require(GuardScopes.Dataset, dataset.Value),
                        new Guard.Release(GuardScopes.EntryName, state!.Value.State.Name),
                        new Guard.Release(GuardScopes.Dataset, dataset.Value));
                    break;
                case DatasetDetailsChanged:
                    plan.Guard(new Guard.Require(GuardScopes.Dataset, dataset.Value));
                    break;
                case RetentionDeclared retention:
                    Guard(
                        plan,
                        new Guard.Require(GuardScopes.Dataset, dataset.Value),
                        new Guard.Put(GuardScopes.Retention, dataset.Value, RetainDataset.Text(retention.SupersededForNs)));
                    break;
                case RuleDeclared declared:
                    DatasetDirectory.PlanRuleGuard(plan, declared);
                    break;
            }

            plan.Add(StreamIds.Dataset(dataset), state?.Version ?? 0, @event);
        }
    }

    private static void Guard(AppendPlan plan, params ReadOnlySpan<Guard> guards)
    {
        foreach (var guard in guards)
        {
            plan.Guard(guard);
        }
    }

    private static DatasetId DatasetOf(StrataEvent @event) => @event switch
    {
        DatasetCreated e => e.Dataset,
        DatasetPinned e => e.Dataset,
        DatasetRenamed e => e.Dataset,
        DatasetDeleted e => e.Dataset,
        DatasetDetailsChanged e => e.Dataset,
        RetentionDeclared e => e.Dataset,
        RuleDeclared e => e.Dataset,
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is in no dataset's stream"),
    };
}

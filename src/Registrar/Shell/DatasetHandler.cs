using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Creates datasets and declares their rules.</summary>
internal sealed class DatasetHandler(OptimisticAppend appends)
{
    private readonly DatasetDirectory _datasets = new(appends.Store);

    public Task<DatasetOutcome> CreateAsync(CreateDataset command, CancellationToken cancellationToken)
    {
        CreateDataset.RefuseName(command.Name);
        var (dataset, commandId) = (command.Id ?? DatasetId.New(), CommandIds.Fresh());
        return OptimisticAppend.RunAsync(
            $"create dataset '{command.Name}'",
            async token =>
            {
                var names = await _datasets.NamesAsync(token);
                var found = names.Find(command.Name);
                var streams = new LoadedStreams(appends.Store);
                await streams.LoadAsync([StreamIds.Dataset(found ?? dataset)], token);
                var plan = new AppendPlan();
                DatasetDirectory.PlanCreation(plan, dataset, streams.Dataset(found ?? dataset), command, names);
                if (plan.IsEmpty)
                {
                    return new DatasetOutcome(found!.Value, command.Name, Created: false, streams.Raw(StreamIds.Dataset(found.Value)).Events[^1].Position);
                }

                return await appends.TryAppendAsync(plan.Build(commandId, []), token) is AppendResult.Appended appended
                    ? new DatasetOutcome(dataset, command.Name, Created: true, appended.LastPosition)
                    : null;
            },
            cancellationToken);
    }

    public Task<RuleDeclared> DeclareAsync(DeclareRule command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync(
            $"declare rule '{command.Definition.Rule}'",
            async token =>
            {
                var streams = new LoadedStreams(appends.Store);
                await streams.LoadAsync([StreamIds.Dataset(command.Dataset)], token);
                var (state, version) = DatasetDirectory.Require(streams, command.Dataset);
                var events = DeclareRule.Decide(state, command);
                if (events.IsEmpty)
                {
                    return state.Rules[command.Definition.Rule];
                }

                var plan = new AppendPlan();
                plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
                DatasetDirectory.PlanRuleGuard(plan, events[0]);
                plan.Add(StreamIds.Dataset(command.Dataset), version, events[0]);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) is AppendResult.Appended ? events[0] : null;
            },
            cancellationToken);
    }
}

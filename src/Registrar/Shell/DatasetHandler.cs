using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Creates datasets, declares and resumes their rules.</summary>
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

    /// <returns>False when there was nothing to resume.</returns>
    public async Task<bool> ResumeAsync(ResumeRule command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        var resumed = await OptimisticAppend.RunAsync<IReadOnlyList<RuleResumed>>(
            $"resume rule '{command.Rule}' on segment '{command.Segment}'",
            async token =>
            {
                var streams = new LoadedStreams(appends.Store);
                var (segment, evaluations) = (StreamIds.Segment(command.Dataset, command.Segment), StreamIds.Evaluation(command.Dataset, command.Segment));
                await streams.LoadAsync([StreamIds.Dataset(command.Dataset), segment, evaluations], token);
                var (state, version) = DatasetDirectory.Require(streams, command.Dataset);
                var events = ResumeRule.Decide(state, streams.Evaluations(command.Dataset, command.Segment).State, command);
                if (streams.Raw(segment).Version == 0)
                {
                    throw new CommandRefusedException(RefusalKind.NotFound, $"dataset '{state.Created?.Name}' has no segment '{command.Segment}'; `strata segments` lists those there are");
                }

                if (events.IsEmpty)
                {
                    return events;
                }

                var plan = new AppendPlan();
                plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
                plan.Add(StreamIds.Dataset(command.Dataset), version, events[0]);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) is null ? null : events;
            },
            cancellationToken);
        return resumed.Count > 0;
    }
}

using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Declares and retires rules of a dataset together.</summary>
internal sealed class ApplyRulesHandler(OptimisticAppend appends)
{
    public Task<ApplyOutcome> HandleAsync(ApplyRules command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync("apply rules", token => TryAsync(command, commandId, token), cancellationToken);
    }

    private async Task<ApplyOutcome?> TryAsync(ApplyRules command, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(command.Dataset)], cancellationToken);
        var (state, version) = DatasetDirectory.Require(streams, command.Dataset);
        var events = ApplyRules.Decide(state, command);
        if (events.IsEmpty || command.DryRun)
        {
            return Outcome(events, await appends.Store.HeadAsync(cancellationToken));
        }

        var plan = new AppendPlan();
        plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
        foreach (var @event in events)
        {
            if (@event is RuleDeclared declared)
            {
                DatasetDirectory.PlanRuleGuard(plan, declared);
            }
            else if (@event is RuleRetired retired)
            {
                plan.Guard(new Guard.Release(GuardScopes.Rules(command.Dataset), retired.Rule));
            }

            plan.Add(StreamIds.Dataset(command.Dataset), version, @event);
        }

        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is AppendResult.Appended appended ? Outcome(events, appended.LastPosition) : null;
    }

    private static ApplyOutcome Outcome(ImmutableArray<StrataEvent> events, long position) =>
        new([.. events.OfType<RuleDeclared>()], [.. events.OfType<RuleRetired>().Select(r => r.Rule)], position);
}

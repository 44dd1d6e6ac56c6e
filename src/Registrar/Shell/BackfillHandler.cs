using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Begins, steers and goes on with back-fills, each in a stream of its own.</summary>
internal sealed class BackfillHandler(OptimisticAppend appends)
{
    /// <summary>A person types it; one that is taken already is refused by its stream's version, and another one is drawn.</summary>
    private const int IdDigits = 12;

    public Task<StartedBackfill> StartAsync(StartBackfill command, CancellationToken cancellationToken) => OptimisticAppend.RunAsync(
        $"begin a back-fill of rule '{command.Rule}'",
        async token =>
        {
            var commandId = CommandIds.Fresh();
            var streams = new LoadedStreams(appends.Store);
            await streams.LoadAsync([StreamIds.Dataset(command.Dataset)], token);
            var (state, _) = DatasetDirectory.Require(streams, command.Dataset);
            var scope = GuardScopes.Backfills(command.Dataset);
            var running = (await appends.Store.ReadGuardsAsync(scope, token)).FirstOrDefault(row => row.Key == command.Rule)?.Value;
            var started = StartBackfill.Decide(state, command, commandId[^IdDigits..], running);
            var plan = new AppendPlan();
            plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
            plan.Guard(new Guard.Require(GuardScopes.Rules(command.Dataset), command.Rule, DatasetDirectory.RevisionText(command.Revision)));
            plan.Guard(new Guard.Claim(scope, command.Rule, started.BackfillId));
            plan.Add(StreamIds.Backfill(started.BackfillId), 0, started);
            return await appends.TryAppendAsync(plan.Build(commandId, []), token) is { } result ? new StartedBackfill(started.BackfillId, LastPosition(result)) : null;
        },
        cancellationToken);

    public Task<SteeredBackfill> SteerAsync(SteerBackfill command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync(
            $"change back-fill '{command.BackfillId}'",
            async token =>
            {
                var streams = new LoadedStreams(appends.Store);
                await streams.LoadAsync([StreamIds.Backfill(command.BackfillId)], token);
                var (state, version) = streams.Backfill(command.BackfillId);
                if (SteerBackfill.Decide(state, command) is not { } @event)
                {
                    return new SteeredBackfill(state.Started!.Dataset, state.Started.Rule, Changed: false, 0);
                }

                var (dataset, rule) = (state.Started!.Dataset, state.Started.Rule);
                await streams.LoadAsync([StreamIds.Dataset(dataset)], token);
                DatasetDirectory.Require(streams, dataset);
                var plan = new AppendPlan();
                plan.Guard(new Guard.Require(GuardScopes.Dataset, dataset.Value));
                if (@event is BackfillCancelled)
                {
                    plan.Guard(new Guard.Release(GuardScopes.Backfills(dataset), rule));
                }

                plan.Add(StreamIds.Backfill(command.BackfillId), version, @event);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) is { } result ? new SteeredBackfill(dataset, rule, Changed: true, LastPosition(result)) : null;
            },
            cancellationToken);
    }

    /// <summary>The command id is made of back-fill, stream version and page: whoever never learned of the commit asks again and gets the same answer.</summary>
    public async Task<long?> AdmitAsync(AdmitBackfill command, CancellationToken cancellationToken)
    {
        var decided = AdmitBackfill.Decide(command);
        var plan = new AppendPlan();
        plan.Guard(new Guard.Require(GuardScopes.Dataset, command.Dataset.Value));
        plan.Guard(new Guard.Require(GuardScopes.Rules(command.Dataset), command.Rule, DatasetDirectory.RevisionText(command.Revision)));
        if (decided is BackfillFinished)
        {
            plan.Guard(new Guard.Release(GuardScopes.Backfills(command.Dataset), command.Rule));
        }

        plan.Add(StreamIds.Backfill(command.BackfillId), command.Version, decided);
        var commandId = CommandIds.Of(
            "admit-backfill", [command.BackfillId, command.Version.ToString(CultureInfo.InvariantCulture), command.Page.ToString(CultureInfo.InvariantCulture), .. command.Segments]);
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) is { } result ? LastPosition(result) : null;
    }

    private static long LastPosition(AppendResult result) => result switch
    {
        AppendResult.Appended appended => appended.LastPosition,
        AppendResult.Known known => known.LastPosition,
        _ => throw new InvalidOperationException($"an append that was not refused answered {result.GetType().Name}"),
    };
}

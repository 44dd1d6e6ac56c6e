using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Makes pins. The past does not change, so what is read of the pinned dataset needs no guard.</summary>
internal sealed class PinHandler(OptimisticAppend appends)
{
    private readonly DatasetDirectory _datasets = new(appends.Store);

    public Task<PinOutcome> HandleAsync(PinDataset command, CancellationToken cancellationToken)
    {
        var (pin, commandId) = (DatasetId.New(), CommandIds.Fresh());
        return OptimisticAppend.RunAsync(
            $"pin dataset '{EntryIdText.Of(command.PinOf)}' as '{command.Name}'",
            async token =>
            {
                var head = await appends.Store.HeadAsync(token);
                var then = await ThenAsync(command, token);
                var plan = new AppendPlan();
                DatasetPlanner.Plan(plan, PinDataset.Decide(pin, then, head, command, await _datasets.NamesAsync(token)), _ => null);
                return await appends.TryAppendAsync(plan.Build(commandId, []), token) switch
                {
                    AppendResult.Appended appended => new PinOutcome(pin, appended.LastPosition),
                    AppendResult.Known known => new PinOutcome(pin, known.LastPosition),
                    _ => null,
                };
            },
            cancellationToken);
    }

    private async Task<DatasetState> ThenAsync(PinDataset command, CancellationToken cancellationToken)
    {
        var stream = (await appends.Store.ReadStreamsAsync([StreamIds.Dataset(command.PinOf)], cancellationToken))[0];
        return stream.Events.Where(e => e.Position <= command.AtPosition).Aggregate(DatasetState.Empty, (state, e) => state.Apply(e.Event, e.Position));
    }
}

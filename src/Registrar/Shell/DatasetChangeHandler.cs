using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Renames and deletes datasets, and changes what they refer to.</summary>
internal sealed class DatasetChangeHandler(OptimisticAppend appends)
{
    private readonly DatasetDirectory _datasets = new(appends.Store);

    public Task<RenameOutcome> RenameAsync(RenameDataset command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync(
            $"rename dataset '{EntryIdText.Of(command.Dataset)}'",
            async token =>
            {
                var (streams, state) = await LoadAsync(command.Dataset, DatasetDirectory.RequireEntry, token);
                var events = RenameDataset.Decide(state, command, await _datasets.NamesAsync(token));
                return events.IsEmpty
                    ? new RenameOutcome(command.Dataset, state.Name, Changed: false, LastPosition(streams, command.Dataset))
                    : await AppendAsync(streams, events, commandId, token) is [.., var position]
                        ? new RenameOutcome(command.Dataset, command.Name!, Changed: true, position)
                        : null;
            },
            cancellationToken);
    }

    public async Task<long> RetainAsync(RetainDataset command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return (await OptimisticAppend.RunAsync(
            $"declare the retention of dataset '{EntryIdText.Of(command.Dataset)}'",
            async token =>
            {
                var (streams, state) = await LoadAsync(command.Dataset, DatasetDirectory.Require, token);
                var events = RetainDataset.Decide(state, command);
                return events.IsEmpty
                    ? new RetainOutcome(LastPosition(streams, command.Dataset))
                    : await AppendAsync(streams, events, commandId, token) is [.., var position] ? new RetainOutcome(position) : null;
            },
            cancellationToken)).Position;
    }

    public Task<DeleteOutcome> DeleteAsync(DeleteDataset command, CancellationToken cancellationToken)
    {
        var commandId = CommandIds.Fresh();
        return OptimisticAppend.RunAsync(
            $"delete dataset '{EntryIdText.Of(command.Dataset)}'",
            async token =>
            {
                var (streams, state) = await LoadAsync(command.Dataset, DatasetDirectory.RequireEntry, token);
                await streams.LoadAsync(state.Referred.Select(StreamIds.Dataset), token);
                var events = DeleteDataset.Decide(state.Referred.Select(id => (id, streams.Dataset(id).State)), command);
                return await AppendAsync(streams, events, commandId, token) is [var first, ..] positions
                    ? new DeleteOutcome(positions[^1], first, [.. events.Cast<DatasetDeleted>().Select(e => e.Dataset)])
                    : null;
            },
            cancellationToken);
    }

    public Task<DetailsOutcome> ChangeDetailsAsync(ChangeDatasetDetails command, CancellationToken cancellationToken)
    {
        var (commandId, freshAsset) = (CommandIds.Fresh(), DatasetId.New());
        return OptimisticAppend.RunAsync(
            $"change details of dataset '{EntryIdText.Of(command.Dataset)}'",
            async token =>
            {
                var (streams, state) = await LoadAsync(command.Dataset, DatasetDirectory.Require, token);
                var named = new[] { command.Details.BlueprintDataset, command.Details.AssetDataset, state.Details.AssetDataset }.OfType<DatasetId>().ToArray();
                await streams.LoadAsync(named.Select(StreamIds.Dataset), token);
                var events = ChangeDatasetDetails.Decide(state, command, id => streams.Dataset(id).State, freshAsset, await _datasets.NamesAsync(token));
                if (events.IsEmpty)
                {
                    return new DetailsOutcome(state.Details, LastPosition(streams, command.Dataset));
                }

                var changed = events.Aggregate(state, (s, e) => e is DatasetCreated ? s : s.Apply(e, 0)).Details;
                return await AppendAsync(streams, events, commandId, token, [.. named.Where(id => id == changed.BlueprintDataset || id == changed.AssetDataset)]) is [.., var position]
                    ? new DetailsOutcome(changed, position)
                    : null;
            },
            cancellationToken);
    }

    public async Task<int> AddMissingCompanionsAsync(EventSource source, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var dataset in await WithoutCompanionsAsync(cancellationToken))
        {
            var answer = await OptimisticAppend.RunAsync(
                $"add companions to dataset '{EntryIdText.Of(dataset)}'", token => TryAddAsync(dataset, source, token), cancellationToken);
            added += answer.Added ? 1 : 0;
        }

        return added;
    }

    private async Task<AddedCompanions?> TryAddAsync(DatasetId dataset, EventSource source, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset)], cancellationToken);
        var names = await _datasets.NamesAsync(cancellationToken);
        var events = AddCompanions.Decide(streams.Dataset(dataset).State, NewDataset.WithFreshCompanions(dataset), source, names);
        return events.IsEmpty
            ? new AddedCompanions(false)
            : await AppendAsync(streams, events, CommandIds.Of("add-companions", [dataset.Value]), cancellationToken) is [] ? null : new AddedCompanions(true);
    }

    /// <summary>Told from the names alone, so that a start of a catalog with ten thousand datasets reads no stream of theirs.</summary>
    private async Task<ImmutableArray<DatasetId>> WithoutCompanionsAsync(CancellationToken cancellationToken)
    {
        var names = await _datasets.NamesAsync(cancellationToken);
        var living = await appends.Store.ReadGuardsAsync(GuardScopes.Dataset, cancellationToken);
        return
        [
            .. living.Where(row => !EntryIdText.IsCompanionName(row.Value)).Select(row => DatasetId.Parse(row.Key))
                .Where(id => names.Find(EntryIdText.BlueprintName(id)) is null && names.Find(EntryIdText.AssetName(id)) is null),
        ];
    }

    private async Task<(LoadedStreams Streams, DatasetState State)> LoadAsync(
        DatasetId dataset, Func<LoadedStreams, DatasetId, Versioned<DatasetState>> require, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync([StreamIds.Dataset(dataset)], cancellationToken);
        return (streams, require(streams, dataset).State);
    }

    /// <param name="alive">Datasets that must still be there when it is appended.</param>
    /// <returns>The position of each event, in the order given, since each has a stream of its own; empty when others were faster.</returns>
    private async Task<ImmutableArray<long>> AppendAsync(
        LoadedStreams streams, ImmutableArray<StrataEvent> events, string commandId, CancellationToken cancellationToken, params ImmutableArray<DatasetId> alive)
    {
        var plan = new AppendPlan();
        foreach (var dataset in alive)
        {
            plan.Guard(new Guard.Require(GuardScopes.Dataset, dataset.Value));
        }

        DatasetPlanner.Plan(plan, events, id => streams.IsLoaded(StreamIds.Dataset(id)) ? streams.Dataset(id) : null);
        return await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken) switch
        {
            AppendResult.Appended appended => appended.Positions,
            AppendResult.Known known => known.Positions,
            _ => [],
        };
    }

    private static long LastPosition(LoadedStreams streams, DatasetId dataset) => streams.Raw(StreamIds.Dataset(dataset)).Events[^1].Position;

    private sealed record AddedCompanions(bool Added);

    private sealed record RetainOutcome(long Position);
}

using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web;

/// <summary>The read models as they are once they have passed the head that the log had when somebody asked: who registers, sees it.</summary>
public sealed class Catalog(IEventStore store, IReadModels models)
{
    public async Task<IReadModels> CaughtUpAsync(CancellationToken cancellationToken)
    {
        await models.WaitForAsync(await store.HeadAsync(cancellationToken), cancellationToken);
        return models;
    }

    public Task<long> HeadAsync(CancellationToken cancellationToken) => store.HeadAsync(cancellationToken);

    /// <exception cref="OperationException">There is no such dataset; the message names those there are.</exception>
    public Task<DatasetEntry> RequireDatasetAsync(string name, CancellationToken cancellationToken) => RequireDatasetAsync(name, asOf: null, cancellationToken);

    /// <summary>By the name that it had as of a log position; it may have been renamed or deleted since.</summary>
    /// <exception cref="OperationException">There was no such dataset; the message names those there are.</exception>
    public async Task<DatasetEntry> RequireDatasetAsync(string name, long? asOf, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        if (await models.Entries.FindAsync(name, asOf, cancellationToken) is { } entry)
        {
            return entry;
        }

        if (asOf is { } position)
        {
            throw new OperationException(OperationErrors.NotFound, $"there was no dataset '{name}' as of position {position}", $"strata history \"{name}\" tells from when to when it had that name");
        }

        if (await models.Entries.FindFormerAsync(name, cancellationToken) is { } former)
        {
            throw new OperationException(OperationErrors.NotFound, await GoneAsync(former, cancellationToken), $"strata segments \"{name}\" --as-of {former.UntilPosition - 1}");
        }

        var names = (await models.Entries.ListAsync([DatasetKind.Recording], cancellationToken)).Select(e => $"'{e.Name}'").ToArray();
        throw names.Length == 0
            ? new OperationException(OperationErrors.NotFound, $"there is no dataset '{name}', nor any other", $"strata register RECORDINGS --dataset {name} creates it")
            : new OperationException(OperationErrors.NotFound, $"there is no dataset '{name}'; there are: {string.Join(", ", names)}", "strata dataset list");
    }

    /// <summary>Also one that had the name once: its history can be told for ever.</summary>
    /// <exception cref="OperationException">There never was such a dataset; the message names those there are.</exception>
    public async Task<DatasetId> RequireKnownDatasetAsync(string name, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        return await models.Entries.FindAsync(name, cancellationToken) is null && await models.Entries.FindFormerAsync(name, cancellationToken) is { } former
            ? former.Dataset
            : (await RequireDatasetAsync(name, cancellationToken)).Dataset;
    }

    private async Task<string> GoneAsync(FormerName former, CancellationToken cancellationToken) => await models.Entries.FindAsync(former.Dataset, cancellationToken) is { } entry
        ? $"dataset '{former.Name}' is called '{entry.Name}' since position {former.UntilPosition}"
        : $"dataset '{former.Name}' was deleted at position {former.UntilPosition}";
}

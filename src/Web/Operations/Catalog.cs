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
    public Task<DatasetEntry> RequireDatasetAsync(string name, Asker asker, CancellationToken cancellationToken) => RequireDatasetAsync(name, asOf: null, asker, cancellationToken);

    /// <summary>By the name that it had as of a log position; it may have been renamed or deleted since.</summary>
    /// <exception cref="OperationException">There was no such dataset, and the message names those there are; or the asker may not read it under the name that it has today.</exception>
    public async Task<DatasetEntry> RequireDatasetAsync(string name, long? asOf, Asker asker, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        if (await models.Entries.FindAsync(name, asOf, cancellationToken) is { } entry)
        {
            await RequireReadableAsync(entry.Dataset, asker, cancellationToken);
            return entry;
        }

        if (asOf is { } position)
        {
            throw new OperationException(OperationErrors.NotFound, $"there was no dataset '{name}' as of position {position}", $"strata history \"{name}\" tells from when to when it had that name");
        }

        if (await models.Entries.FindFormerAsync(name, cancellationToken) is { } former)
        {
            throw new OperationException(OperationErrors.NotFound, await GoneAsync(former, asker, cancellationToken), $"strata segments \"{name}\" --as-of {former.UntilPosition - 1}");
        }

        var names = (await models.Entries.ListAsync([DatasetKind.Recording], cancellationToken)).Where(e => asker.CanRead(e.Name)).Select(e => $"'{e.Name}'").ToArray();
        throw names.Length == 0
            ? new OperationException(OperationErrors.NotFound, $"there is no dataset '{name}', nor any other", $"strata register RECORDINGS --dataset {ShellWord.Of(name)} creates it")
            : new OperationException(OperationErrors.NotFound, $"there is no dataset '{name}'; there are: {string.Join(", ", names)}", "strata dataset list");
    }

    /// <summary>Also one that had the name once: its history can be told for ever.</summary>
    /// <exception cref="OperationException">There never was such a dataset, and the message names those there are; or the asker may not read it under the name that it has today.</exception>
    public async Task<DatasetId> RequireKnownDatasetAsync(string name, Asker asker, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        if (await models.Entries.FindAsync(name, cancellationToken) is not null || await models.Entries.FindFormerAsync(name, cancellationToken) is not { } former)
        {
            return (await RequireDatasetAsync(name, asker, cancellationToken)).Dataset;
        }

        await RequireReadableAsync(former.Dataset, asker, cancellationToken);
        return former.Dataset;
    }

    /// <summary>A right is to a name: who may read what is called so today need not have been meant to read what was called so once.</summary>
    private async Task RequireReadableAsync(DatasetId dataset, Asker asker, CancellationToken cancellationToken)
    {
        if (await models.Entries.FindAsync(dataset, cancellationToken) is { } today)
        {
            asker.Require(AccessScope.Read, today.Owner);
        }
    }

    private async Task<string> GoneAsync(FormerName former, Asker asker, CancellationToken cancellationToken)
    {
        if (await models.Entries.FindAsync(former.Dataset, cancellationToken) is not { } entry)
        {
            return $"dataset '{former.Name}' was deleted at position {former.UntilPosition}";
        }

        return asker.CanRead(entry.Owner)
            ? $"dataset '{former.Name}' is called '{entry.Name}' since position {former.UntilPosition}"
            : $"dataset '{former.Name}' is not called so any more since position {former.UntilPosition}";
    }
}

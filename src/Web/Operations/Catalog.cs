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

    /// <summary>As <see cref="CaughtUpAsync"/>; the tables of robots and quarantine, too, which follow the log by themselves.</summary>
    public async Task<IReadModels> FleetCaughtUpAsync(CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(cancellationToken);
        await models.WaitForAsync(head, cancellationToken);
        await models.Fleet.WaitForAsync(head, cancellationToken);
        return models;
    }

    public Task<long> HeadAsync(CancellationToken cancellationToken) => store.HeadAsync(cancellationToken);

    /// <summary>By its name, or by the name of a moment of it (<c>robots[1234]</c>).</summary>
    /// <exception cref="OperationException">There is no such dataset, and the message names those there are; or the asker may not read it.</exception>
    /// <exception cref="MomentException">There is no such moment.</exception>
    public async Task<DatasetEntry> RequireDatasetAsync(string name, Asker asker, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        if (await models.Moments.FindAsync(name, cancellationToken) is { } entry)
        {
            RequireReadable(entry, asker);
            return entry;
        }

        if (await models.Entries.FindFormerAsync(name, cancellationToken) is { } former)
        {
            throw new OperationException(OperationErrors.NotFound, await GoneAsync(former, asker, cancellationToken), $"strata segments \"{name}\" --as-of {former.UntilPosition - 1}");
        }

        throw await NoSuchDatasetAsync(name, asker, cancellationToken);
    }

    /// <summary>By the name that it had as of a moment; it may have been renamed or deleted since.</summary>
    /// <param name="asOf">A log position or a time; null: now, or what the name says.</param>
    /// <inheritdoc cref="RequireDatasetAsync(string, Asker, CancellationToken)"/>
    public async Task<DatasetEntry> RequireDatasetAsync(string name, string? asOf, Asker asker, CancellationToken cancellationToken)
    {
        if (asOf is null)
        {
            return await RequireDatasetAsync(name, asker, cancellationToken);
        }

        await CaughtUpAsync(cancellationToken);
        var moment = Moment.TryParse(asOf)
            ?? throw new OperationException(OperationErrors.Invalid, $"as-of: expected {Moment.Expected}, found '{asOf}'", "strata history DATASET lists positions and times");
        if (MomentName.TryParse(name) is { } named && await models.Entries.FindAsync(name, cancellationToken) is null)
        {
            throw new OperationException(OperationErrors.Invalid, $"'{name}' names a moment already, and as-of '{asOf}' is another one", $"say one of them: {named.Dataset} with as-of '{asOf}', or '{name}' alone");
        }

        var entry = await models.Moments.AtAsync(name, await models.Moments.PositionAsync(moment, cancellationToken), cancellationToken);
        RequireReadable(entry, asker);
        return entry;
    }

    /// <summary>One whose layers or rules can be changed.</summary>
    /// <exception cref="OperationException">As above; or it shows a past state.</exception>
    public async Task<DatasetEntry> RequireChangeableAsync(string name, Asker asker, CancellationToken cancellationToken) =>
        Changeable(await RequireDatasetAsync(name, asker, cancellationToken));

    /// <summary>One that can be renamed or deleted: a pin can, a moment cannot.</summary>
    /// <inheritdoc cref="RequireChangeableAsync"/>
    public async Task<DatasetEntry> RequireEntryAsync(string name, Asker asker, CancellationToken cancellationToken) =>
        await RequireDatasetAsync(name, asker, cancellationToken) is { IsPin: true } pin ? pin : await RequireChangeableAsync(name, asker, cancellationToken);

    /// <summary>By its name, also one that it had once, or by its id, also of a deleted one: its history can be told for ever.</summary>
    /// <returns>The dataset, and up to where its history is asked for; null: to the end.</returns>
    /// <exception cref="OperationException">There never was such a dataset, and the message names those there are; or the asker may not read it under the name that it has, or had last.</exception>
    public async Task<(DatasetId Dataset, long? UpTo)> RequireKnownDatasetAsync(string given, Asker asker, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        if (await models.Entries.EverNamedAsync(given, cancellationToken) is [var named, ..])
        {
            RequireReadable(named.Entry, asker);
            return (named.Entry.Dataset, null);
        }

        if (EntryIdText.TryRead(given) is { } id && await models.Entries.FindEverAsync(id, cancellationToken) is { } found)
        {
            RequireById(AccessScope.Read, found.Entry, given, asker);
            return (id, null);
        }

        var moment = await RequireDatasetAsync(given, asker, cancellationToken);
        return (moment.Source, moment.AsOf);
    }

    /// <summary>Those that had the name before and that the asker may read, the last of them first.</summary>
    internal async Task<IReadOnlyList<DatasetId>> OthersNamedAsync(string name, DatasetId but, Asker asker, CancellationToken cancellationToken) =>
        [.. (await models.Entries.EverNamedAsync(name, cancellationToken)).Where(k => k.Entry.Dataset != but && asker.CanRead(k.Entry.Owner)).Select(k => k.Entry.Dataset)];

    /// <summary>A right to the name that it has, or had last; the refusal does not tell that name to who asked by the id.</summary>
    /// <exception cref="OperationException">What is needed and what the token has.</exception>
    internal static void RequireById(AccessScope scope, DatasetEntry entry, string id, Asker asker)
    {
        if (!asker.Access.Allows(scope, entry.Owner))
        {
            throw new OperationException(OperationErrors.Forbidden, asker.Access.Refusal(asker.What, scope, id), null);
        }
    }

    internal async Task<OperationException> NoSuchDatasetAsync(string given, Asker asker, CancellationToken cancellationToken)
    {
        var names = (await models.Entries.ListAsync([DatasetKind.Recording], cancellationToken)).Where(e => asker.CanRead(e.Name)).Select(e => $"'{e.Name}'").ToArray();
        return names.Length == 0
            ? new OperationException(OperationErrors.NotFound, $"there is no dataset '{given}', nor any other", $"strata register RECORDINGS --dataset {ShellWord.Of(given)} creates it")
            : new OperationException(OperationErrors.NotFound, $"there is no dataset '{given}'; there are: {string.Join(", ", names)}", "strata dataset list");
    }

    private static DatasetEntry Changeable(DatasetEntry entry) => entry.AsOf is { } position
        ? throw new OperationException(
            OperationErrors.FailedPrecondition,
            $"'{entry.Name}' shows {(entry.IsPin ? $"dataset {entry.Source}" : $"dataset '{entry.Owner}'")} as of position {position}: a past state is read and never changed",
            "name the dataset itself")
        : entry;

    /// <summary>A right to the name that it has today, or had last: the name that it was asked for by may be another one.</summary>
    private static void RequireReadable(DatasetEntry entry, Asker asker) => asker.Require(AccessScope.Read, entry.Owner);

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

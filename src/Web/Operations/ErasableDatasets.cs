using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.Web;

/// <summary>
/// Which dataset's segment is to be erased, by the dataset's name or id. What is erased is gone, so nothing is guessed: a name that does not tell which recordings are
/// meant is refused, and the refusal says the ids that do.
/// </summary>
public sealed class ErasableDatasets(Catalog catalog, IReadModels models, IEventStore store)
{
    /// <summary>Also a deleted one, and one that had the name once; not a past state: what is erased is erased from all of them, so it must be asked of the dataset itself.</summary>
    /// <exception cref="OperationException">There never was such a dataset, the asker has no right to it, it shows a past state, or it could be one of several.</exception>
    public async Task<KnownDataset> RequireAsync(string given, string segment, Asker asker, CancellationToken cancellationToken)
    {
        await catalog.CaughtUpAsync(cancellationToken);
        var id = EntryIdText.TryRead(given);
        var named = await models.Entries.EverNamedAsync(given, cancellationToken);
        var known = id is { } dataset ? await models.Entries.FindEverAsync(dataset, cancellationToken) : null;
        if (known is not null && named.Any(n => n.Entry.Dataset != known.Entry.Dataset))
        {
            Catalog.RequireById(AccessScope.Admin, known.Entry, given, asker);
            throw new OperationException(OperationErrors.FailedPrecondition, $"'{given}' is the id of one dataset and was the name of another: which one is meant is not guessed", "rename the one that has the name, if it has it still, and purge that one by its own id");
        }

        var meant = known ?? (named.Count > 0 ? await MeantAsync(given, named, segment, asker, cancellationToken) : null);
        var entry = meant?.Entry ?? (id is { } moment ? await models.Moments.FindAsync(moment, cancellationToken) : await models.Moments.FindAsync(given, cancellationToken));
        if (entry is null)
        {
            throw await catalog.NoSuchDatasetAsync(given, asker, cancellationToken);
        }

        if (id is null)
        {
            asker.Require(AccessScope.Admin, entry.Owner);
        }
        else
        {
            Catalog.RequireById(AccessScope.Admin, entry, given, asker);
        }

        return entry.AsOf is { } position ? throw await PastIsNotErasedAsync(given, entry, position, asker, cancellationToken) : meant!;
    }

    /// <summary>By what a later <c>strata purge</c> finds it, whatever is called so by then.</summary>
    /// <returns>Its name where no other dataset ever had it; else its id.</returns>
    public async Task<string> AddressAsync(KnownDataset dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.DeletedAtPosition is null && EntryIdText.TryRead(dataset.Entry.Name) is null && await models.Entries.EverNamedAsync(dataset.Entry.Name, cancellationToken) is [_]
            ? dataset.Entry.Name
            : dataset.Entry.Dataset.Value;
    }

    public static string Command(string address, string segment) => $"strata purge {ShellWord.Of(address)} {ShellWord.Of(segment)} --reason TEXT";

    /// <summary>Whoever has the name now, else the one of those who had it that ever had such a segment; unless something is left of another one's.</summary>
    private async Task<KnownDataset> MeantAsync(string given, IReadOnlyList<KnownDataset> named, string segment, Asker asker, CancellationToken cancellationToken)
    {
        var holders = await LookAsync(named, segment, cancellationToken);
        var meant = holders.Find(h => HasName(h.Dataset, given)) ?? (holders.Where(h => h.Had).ToList() is [var only] ? only : holders[0]);
        asker.Require(AccessScope.Admin, meant.Dataset.Entry.Owner);
        var others = holders.Where(h => h != meant && h.IsLeft && asker.Access.Allows(AccessScope.Admin, h.Dataset.Entry.Owner)).ToList();
        if (others.Count == 0)
        {
            return meant.Dataset;
        }

        var had = string.Join(" and in ", (meant.Had ? [meant, .. others] : others).Select(h => Words(h.Dataset, given)));
        throw new OperationException(
            OperationErrors.FailedPrecondition,
            $"'{given}' has been the name of several datasets, and a segment '{segment}' was in {had}{(meant.Had ? "" : $", and never in {Words(meant.Dataset, given)}")}: which one is meant is not guessed",
            $"say the id instead of the name: {Command("ID", segment)}");
    }

    private static bool HasName(KnownDataset dataset, string name) => dataset.DeletedAtPosition is null && string.Equals(dataset.Entry.Name, name, StringComparison.Ordinal);

    private static string Words(KnownDataset dataset, string name) => dataset switch
    {
        { DeletedAtPosition: { } position } => FormattableString.Invariant($"{dataset.Entry.Dataset} (deleted at position {position})"),
        _ when HasName(dataset, name) => $"{dataset.Entry.Dataset} (which has the name now)",
        _ => $"{dataset.Entry.Dataset} (called '{dataset.Entry.Name}' now)",
    };

    private async Task<List<Holder>> LookAsync(IReadOnlyList<KnownDataset> datasets, string segment, CancellationToken cancellationToken)
    {
        var unfinished = (await PurgedSegments.ReadUnfinishedAsync(store, cancellationToken)).Where(u => u.Segment == segment).Select(u => u.Dataset).ToHashSet();
        var streams = await store.ReadStreamsAsync([.. datasets.Select(d => StreamIds.Segment(d.Entry.Dataset, segment))], cancellationToken);
        return [.. datasets.Zip(streams, (dataset, stream) => new Holder(
            dataset, stream.Events.Length > 0, stream.Events is [.., var last] && (last.Event is not RecordingPurged || unfinished.Contains(dataset.Entry.Dataset))))];
    }

    private async Task<OperationException> PastIsNotErasedAsync(string given, DatasetEntry shown, long position, Asker asker, CancellationToken cancellationToken)
    {
        var source = await models.Entries.FindEverAsync(shown.Source, cancellationToken);
        var owner = source is not null && asker.CanRead(source.Entry.Name) ? source : null;
        return new(
            OperationErrors.FailedPrecondition,
            $"'{given}' is {(shown.IsPin ? "a pin" : "a moment")} of dataset '{owner?.Entry.Name ?? shown.Source.Value}' as of position {position}: a past state is not purged by itself; what is purged of its dataset goes from it too",
            owner is null ? "name the dataset itself" : $"strata purge {ShellWord.Of(await AddressAsync(owner, cancellationToken))} SEGMENT --reason TEXT");
    }

    /// <param name="Had">The segment was there once.</param>
    /// <param name="IsLeft">Something of it may be left.</param>
    private sealed record Holder(KnownDataset Dataset, bool Had, bool IsLeft);
}

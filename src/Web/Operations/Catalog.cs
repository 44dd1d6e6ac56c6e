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
    public async Task<DatasetEntry> RequireDatasetAsync(string name, CancellationToken cancellationToken)
    {
        await CaughtUpAsync(cancellationToken);
        if (await models.Entries.FindAsync(name, cancellationToken) is { } entry)
        {
            return entry;
        }

        var names = (await models.Entries.ListAsync(cancellationToken)).Select(e => $"'{e.Name}'").ToArray();
        throw names.Length == 0
            ? new OperationException(OperationErrors.NotFound, $"there is no dataset '{name}', nor any other", $"strata register RECORDINGS --dataset {ShellWord.Of(name)} creates it")
            : new OperationException(OperationErrors.NotFound, $"there is no dataset '{name}'; there are: {string.Join(", ", names)}", "strata dataset list");
    }
}

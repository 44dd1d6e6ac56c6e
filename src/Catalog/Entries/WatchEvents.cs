using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Projections;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Entry changes of one look; who is further behind looks again.</summary>
    private const int ChangesPerLook = 256;

    /// <summary>
    /// What happens to entries from the moment of the call, until the client goes or the server stops. Each caller goes on from where it is: one that reads slowly
    /// keeps nothing in memory and holds up nobody. A new name or new details are told as a creation, at which every client reads the list again.
    /// Source: catalog-protocol §2.3.
    /// </summary>
    public override async Task WatchEvents(WatchEventsRequest request, IServerStreamWriter<WatchEventsResponse> responseStream, ServerCallContext context)
    {
        var stopping = context.GetHttpContext().RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.CancellationToken);
        try
        {
            // Before the headers go out: a client that has them counts as subscribed.
            var position = await Ports.Store.HeadAsync(ended.Token);
            await context.WriteResponseHeadersAsync([]);
            if (request.Kinds.Count > 0 && !request.Kinds.Any(k => k.KindCase == EventKind.KindOneofCase.Entry))
            {
                await Task.Delay(Timeout.Infinite, ended.Token);
            }

            while (true)
            {
                var next = _entryWatch.NextChange(stopping);
                var changes = await Ports.ReadModels.Entries.ChangesAsync(position, ChangesPerLook, ended.Token);
                foreach (var change in changes)
                {
                    if (await MayKnowAsync(context, change))
                    {
                        await responseStream.WriteAsync(ToMessage(change), ended.Token);
                    }

                    position = change.Position;
                }

                if (changes.Count == 0)
                {
                    await next.WaitAsync(ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new CatalogException(StatusCode.Unavailable, "the server is shutting down; watch again when it is back");
        }
    }

    /// <summary>
    /// Of one that is gone nobody can say any more whose it was; its id alone tells nothing. Who could read it until it was renamed is told too: it is to leave their list.
    /// </summary>
    private async Task<bool> MayKnowAsync(ServerCallContext context, EntryChange change)
    {
        var (entries, access) = (Ports.ReadModels.Entries, context.Access());
        if (await entries.FindAsync(change.Dataset, context.CancellationToken) is not { } entry || access.CanRead(entry.Owner))
        {
            return true;
        }

        if (change.Kind == EntryChangeKind.Changed)
        {
            foreach (var name in access.NamedDatasets)
            {
                if ((await entries.FindAsync(name, change.Position - 1, context.CancellationToken))?.Dataset == change.Dataset)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static WatchEventsResponse ToMessage(EntryChange change) => change.Kind == EntryChangeKind.Deleted
        ? new() { EntryDeleted = new EntryDeletedEvent { Id = change.Dataset.ToMessage() } }
        : new() { EntryCreated = new EntryCreatedEvent { Id = change.Dataset.ToMessage() } };
}

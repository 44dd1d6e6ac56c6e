using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using DatasetDetails = Strata.Catalog.Protocol.DatasetDetails;

namespace Strata.Catalog.Tests.Entries;

/// <summary>The calls about entries in the words of a test.</summary>
internal static class EntryClient
{
    public static async Task<Protocol.DatasetEntry> CreateAsync(this CatalogHost host, string name, DatasetId? id = null)
    {
        var request = new CreateDatasetEntryRequest { Name = name, Id = id?.ToMessage() };
        return (await host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>("CreateDatasetEntry", request)).Dataset;
    }

    public static async Task<IReadOnlyList<EntryDetails>> FindAsync(this CatalogHost host, EntryFilter? filter = null) =>
        (await host.CallAsync<FindEntriesRequest, FindEntriesResponse>("FindEntries", new() { Filter = filter })).Entries;

    public static async Task<IEnumerable<string>> NamesAsync(this CatalogHost host, params EntryKind[] kinds) =>
        (await host.FindAsync(new EntryFilter { EntryKinds = { kinds } })).Select(e => e.Name);

    public static async Task<Protocol.DatasetEntry> ReadAsync(this CatalogHost host, EntryId id) =>
        (await host.CallAsync<ReadDatasetEntryRequest, ReadDatasetEntryResponse>("ReadDatasetEntry", new(), ("x-rerun-entry-id", HexOf(id)))).Dataset;

    public static async Task<EntryDetails> RenameAsync(this CatalogHost host, EntryId id, string? name)
    {
        var update = new EntryDetailsUpdate();
        if (name is not null)
        {
            update.Name = name;
        }

        return (await host.CallAsync<UpdateEntryRequest, UpdateEntryResponse>("UpdateEntry", new() { Id = id, EntryDetailsUpdate = update })).EntryDetails;
    }

    public static Task DeleteAsync(this CatalogHost host, EntryId id) => host.CallAsync<DeleteEntryRequest, DeleteEntryResponse>("DeleteEntry", new() { Id = id });

    public static async Task<Protocol.DatasetEntry> DetailAsync(this CatalogHost host, EntryId id, DatasetDetails? details) =>
        (await host.CallAsync<UpdateDatasetEntryRequest, UpdateDatasetEntryResponse>("UpdateDatasetEntry", new() { Id = id, DatasetDetails = details })).Dataset;

    public static string HexOf(EntryId id) => EntryIdText.Of(id.ToDatasetId());

    public static async Task RefusedAsync(StatusCode code, string text, Func<Task> call)
    {
        var refused = await Should.ThrowAsync<RpcException>(call);
        (refused.StatusCode, refused.Status.Detail).ShouldBe((code, text));
    }
}

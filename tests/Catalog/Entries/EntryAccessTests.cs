using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tokens;
using Strata.Contracts;
using static Strata.Catalog.Tests.Entries.EntryClient;

namespace Strata.Catalog.Tests.Entries;

/// <summary>What a token for one dataset opens, and what it does not.</summary>
public sealed class EntryAccessTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-access-");
    private CatalogHost _host = null!;
    private Protocol.DatasetEntry _arm = null!;
    private Protocol.DatasetEntry _leg = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync(tokens: new TokenOptions(SecretPath, Oidc: null));
        _arm = await CreateAsync("arm", Token(AccessScope.Admin));
        _leg = await CreateAsync("leg", Token(AccessScope.Admin));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Lists_show_what_may_be_read_and_companions_with_their_dataset()
    {
        var reader = Token(AccessScope.Read, "arm");
        string[] visible = ["arm", CompanionsOf(_arm).Blueprint, CompanionsOf(_arm).Asset, "__entries"];
        var all = new EntryFilter { EntryKinds = { EntryKind.Dataset, EntryKind.BlueprintDataset, EntryKind.AssetDataset, EntryKind.Table } };
        (await _host.CallAsync<FindEntriesRequest, FindEntriesResponse>("FindEntries", new() { Filter = all }, reader)).Entries.Select(e => e.Name).ShouldBe(visible, ignoreOrder: true);
        (await _host.CallAsync<FindEntriesRequest, FindEntriesResponse>("FindEntries", new() { Filter = new() { Name = "leg" } }, reader)).Entries.ShouldBeEmpty();

        var scanned = await _host.StreamAsync<ScanTableRequest, ScanTableResponse>("ScanTable", new() { TableId = SystemEntries.EntriesTableId.ToMessage() }, reader);
        var names = (Arrow.StringArray)scanned.Single().DataframePart.ToBatch("answer").Column("name");
        Enumerable.Range(0, names.Length).Select(names.GetString).ShouldBe(visible, ignoreOrder: true);
    }

    [Fact]
    public async Task A_dataset_of_somebody_else_is_neither_read_nor_changed_by_id_or_by_name()
    {
        var mine = Token(AccessScope.Admin, "arm");
        (await ReadAsync(_arm.Details.Id, mine)).ShouldBe(_arm);
        (await ReadAsync(_arm.DatasetDetails.BlueprintDataset, mine)).Details.Name.ShouldBe(CompanionsOf(_arm).Blueprint);
        Func<Task>[] calls =
        [
            () => ReadAsync(_leg.Details.Id, mine),
            () => ReadAsync(_leg.DatasetDetails.AssetDataset, mine),
            () => _host.CallAsync<DeleteEntryRequest, DeleteEntryResponse>("DeleteEntry", new() { Id = _leg.Details.Id }, mine),
            () => RenameAsync(_leg.Details.Id, "hand", mine),
            () => RenameAsync(_arm.Details.Id, "hand", mine),
            () => CreateAsync("hand", mine),
            () => DetailAsync(_leg.Details.Id, new(), mine),
            () => DetailAsync(_arm.Details.Id, new() { BlueprintDataset = _leg.DatasetDetails.BlueprintDataset }, mine),
            () => _host.CallAsync<DeleteEntryRequest, DeleteEntryResponse>("DeleteEntry", new() { Id = SystemEntries.EntriesTableId.ToMessage() }, mine),
        ];
        foreach (var call in calls)
        {
            (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.PermissionDenied);
        }

        (await ReadAsync(_leg.Details.Id, Token(AccessScope.Read))).ShouldBe(_leg);
    }

    [Fact]
    public async Task Each_scope_allows_what_it_says()
    {
        var (reader, registrar, admin) = (Token(AccessScope.Read, "arm"), Token(AccessScope.Register, "arm"), Token(AccessScope.Admin, "arm"));
        await DeniedAsync("UpdateDatasetEntry needs 'register", () => DetailAsync(_arm.Details.Id, new(), reader));
        (await DetailAsync(_arm.Details.Id, new(), registrar)).DatasetDetails.BlueprintDataset.ShouldBeNull();
        await DeniedAsync("DeleteEntry needs 'admin", () => _host.CallAsync<DeleteEntryRequest, DeleteEntryResponse>("DeleteEntry", new() { Id = _arm.Details.Id }, registrar));
        await _host.CallAsync<DeleteEntryRequest, DeleteEntryResponse>("DeleteEntry", new() { Id = _arm.Details.Id }, admin);

        // The right is to the name, so that a pipeline may make its dataset anew.
        (await CreateAsync("arm", registrar)).Details.Id.ShouldNotBe(_arm.Details.Id);
        var log = (await _host.Ports.Store.ReadAsync(0, 100, TestContext.Current.CancellationToken)).Events;
        ((DatasetCreated)log[^1].Event).Source.ShouldBe(new EventSource("sdk", "robot-7"));
    }

    [Fact]
    public async Task A_watch_tells_of_what_may_be_read()
    {
        using var watch = WatchArm();
        await watch.ResponseHeadersAsync;
        await DetailAsync(_leg.Details.Id, new(), Token(AccessScope.Admin));
        await CreateAsync("hand", Token(AccessScope.Admin));
        await DetailAsync(_arm.Details.Id, new(), Token(AccessScope.Admin));
        (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken)).ShouldBeTrue();
        watch.ResponseStream.Current.EntryCreated.Id.ShouldBe(_arm.Details.Id);
    }

    [Fact]
    public async Task Who_could_read_an_entry_until_it_was_renamed_is_told_of_that_and_of_nothing_after()
    {
        using var watch = WatchArm();
        await watch.ResponseHeadersAsync;
        await RenameAsync(_arm.Details.Id, "secret", Token(AccessScope.Admin));
        await RenameAsync(_arm.Details.Id, "more secret", Token(AccessScope.Admin));
        var next = await CreateAsync("arm", Token(AccessScope.Admin));
        foreach (var id in new[] { _arm.Details.Id, next.Details.Id })
        {
            (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken)).ShouldBeTrue();
            watch.ResponseStream.Current.EntryCreated.Id.ShouldBe(id);
        }
    }

    private string SecretPath => Path.Combine(_folder.FullName, "token.secret");

    private (string Name, string Value) Token(AccessScope scope, string? dataset = null) => (
        "authorization",
        $"Bearer {new TokenIssuer(TokenSecret.LoadOrCreate(SecretPath), TimeProvider.System).Create(new("robot-7", [new ScopeGrant(scope, dataset)], [], TimeSpan.FromHours(1)))}");

    private async Task<Protocol.DatasetEntry> CreateAsync(string name, (string, string) token) =>
        (await _host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>("CreateDatasetEntry", new() { Name = name }, token)).Dataset;

    private async Task<Protocol.DatasetEntry> ReadAsync(EntryId id, (string, string) token) =>
        (await _host.CallAsync<ReadDatasetEntryRequest, ReadDatasetEntryResponse>("ReadDatasetEntry", new(), ("x-rerun-entry-id", HexOf(id)), token)).Dataset;

    private async Task<Protocol.DatasetEntry> DetailAsync(EntryId id, Protocol.DatasetDetails details, (string, string) token) =>
        (await _host.CallAsync<UpdateDatasetEntryRequest, UpdateDatasetEntryResponse>("UpdateDatasetEntry", new() { Id = id, DatasetDetails = details }, token)).Dataset;

    private async Task<EntryDetails> RenameAsync(EntryId id, string name, (string, string) token) =>
        (await _host.CallAsync<UpdateEntryRequest, UpdateEntryResponse>("UpdateEntry", new() { Id = id, EntryDetailsUpdate = new() { Name = name } }, token)).EntryDetails;

    private static (string Blueprint, string Asset) CompanionsOf(Protocol.DatasetEntry entry) => ($"__bp_{HexOf(entry.Details.Id)}", $"__as_{HexOf(entry.Details.Id)}");

    private static async Task DeniedAsync(string part, Func<Task> call)
    {
        var refused = await Should.ThrowAsync<RpcException>(call);
        refused.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        refused.Status.Detail.ShouldContain(part);
    }

    private AsyncServerStreamingCall<WatchEventsResponse> WatchArm() => _host.Channel.CreateCallInvoker().AsyncServerStreamingCall(
        CatalogMethods.Of<WatchEventsRequest, WatchEventsResponse>(MethodType.ServerStreaming, "WatchEvents"),
        null,
        new CallOptions(new Metadata { { "authorization", Token(AccessScope.Read, "arm").Value } }, cancellationToken: TestContext.Current.CancellationToken),
        new WatchEventsRequest());
}

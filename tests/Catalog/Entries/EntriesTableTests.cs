using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using static Strata.Catalog.Tests.Entries.EntryClient;
using Schema = Strata.Arrow.Schema;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Source: catalog-protocol §2.16, §5.1.</summary>
public sealed class EntriesTableTests : IAsyncLifetime
{
    private static readonly EntryId Table = SystemEntries.EntriesTableId.ToMessage();
    private CatalogHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CatalogHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("rerun-py/0.36.2")]
    [InlineData("rerun-py/0.41.0")]
    [InlineData("rerun-web/0.99.0-alpha.1+dev")]
    [InlineData(null)]
    public async Task What_is_scanned_has_the_columns_that_were_promised_and_kinds_as_the_client_wants_them(string? client)
    {
        var schema = await SchemaAsync(client);
        var table = await ScanAsync(client);
        table.Schema.ShouldBe(schema);
        schema.FieldsList.Select(f => (f.Name, f.IsNullable)).ShouldBe([("id", false), ("name", false), ("entry_kind", false), ("created_at", false), ("updated_at", false)]);
        var kind = schema.GetFieldByIndex(2);
        (kind.DataType, kind.Metadata.Count).ShouldBe(client?.Contains("0.36", StringComparison.Ordinal) == true ? (Int32Type.Default, 0) : ((ArrowType)UInt8Type.Default, 1));
    }

    [Fact]
    public async Task A_fresh_catalog_lists_the_table_itself_and_nothing_else()
    {
        var table = await ScanAsync("rerun-py/0.41.0");
        (table.Length, Names(table).Single(), ((UInt8Array)table.Column("entry_kind")).Values[0]).ShouldBe((1, "__entries", (byte)EntryKind.Table));
        ((FixedSizeBinaryArray)table.Column("id")).GetBytes(0).ToArray().ShouldBe(SystemEntries.EntriesTableId.ToBytes());
        (await _host.FindAsync(new EntryFilter { Name = "__entries" })).Single().Id.ShouldBe(Table);
    }

    [Fact]
    public async Task A_dataset_is_listed_with_its_companions_until_it_is_deleted()
    {
        var arm = await _host.CreateAsync("arm");
        var table = await ScanAsync("rerun-py/0.36.2");
        var hex = HexOf(arm.Details.Id);
        Names(table).ShouldBe(["__entries", $"__as_{hex}", $"__bp_{hex}", "arm"], ignoreOrder: true);
        ((Int32Array)table.Column("entry_kind")).Values.ToArray().ShouldBe([3, 6, 5, 1], ignoreOrder: true);
        var row = Names(table).ToList().IndexOf("arm");
        EntryMessages.TimeOf(((TimestampArray)table.Column("created_at")).Values[row]).ShouldBe(arm.Details.CreatedAt);

        await _host.DeleteAsync(arm.Details.Id);
        Names(await ScanAsync("rerun-py/0.36.2")).ShouldBe(["__entries"]);
    }

    [Fact]
    public async Task The_entry_of_the_table_names_its_provider_as_clients_compare_it()
    {
        var entry = (await _host.CallAsync<ReadTableEntryRequest, ReadTableEntryResponse>("ReadTableEntry", new() { Id = Table })).Table;
        entry.ProviderDetails.TypeUrl.ShouldBe("/rerun.cloud.v1alpha1.SystemTable");
        SystemTable.Parser.ParseFrom(entry.ProviderDetails.Value).Kind.ShouldBe(SystemTableKind.Entries);
        (entry.Details.Name, entry.Details.EntryKind, entry.TableDetails).ShouldBe(("__entries", EntryKind.Table, new TableDetails()));
        entry.Details.ShouldBe((await _host.FindAsync(new EntryFilter { Name = "__entries" })).Single());
    }

    [Fact]
    public async Task Another_table_is_not_found_and_none_is_refused()
    {
        var unknown = DatasetId.Parse("00000000000000010000000000000001").ToMessage();
        await RefusedAsync(StatusCode.NotFound, "Entry with ID 00000000000000010000000000000001 not found", () => ScanAsync(null, unknown));
        await RefusedAsync(StatusCode.NotFound, "Entry with ID 00000000000000010000000000000001 not found", () => SchemaAsync(null, unknown));
        await RefusedAsync(
            StatusCode.NotFound, "Entry id '00000000000000010000000000000001' not found", () => _host.CallAsync<ReadTableEntryRequest, ReadTableEntryResponse>("ReadTableEntry", new() { Id = unknown }));
        await RefusedAsync(StatusCode.InvalidArgument, "missing entry id in request header and body", () => _host.StreamAsync<ScanTableRequest, ScanTableResponse>("ScanTable", new()));
    }

    [Fact]
    public async Task What_needs_other_tables_says_that_there_are_none()
    {
        Func<Task>[] calls =
        [
            () => _host.CallAsync<CreateTableEntryRequest, CreateTableEntryResponse>("CreateTableEntry", new() { Name = "t" }),
            () => _host.CallAsync<RegisterTableRequest, RegisterTableResponse>("RegisterTable", new() { Name = "t" }),
            () => _host.CallAsync<UpdateTableEntryRequest, UpdateTableEntryResponse>("UpdateTableEntry", new() { Id = Table }),
        ];
        foreach (var call in calls)
        {
            var refused = await Should.ThrowAsync<RpcException>(call);
            refused.StatusCode.ShouldBe(StatusCode.Unimplemented);
            refused.Status.Detail.ShouldContain("keeps no tables of its own");
        }
    }

    private static IEnumerable<string> Names(RecordBatch table) => Enumerable.Range(0, table.Length).Select(row => ((StringArray)table.Column("name")).GetString(row)!);

    private static (string, string)[] Client(string? client) => client is null ? [] : [("x-rerun-client-version", client)];

    private async Task<Schema> SchemaAsync(string? client, EntryId? table = null)
    {
        var answer = await _host.CallAsync<GetTableSchemaRequest, GetTableSchemaResponse>("GetTableSchema", new() { TableId = table ?? Table }, Client(client));
        return Schema.FromIpcStream(answer.Schema.ArrowSchema.Memory);
    }

    private async Task<RecordBatch> ScanAsync(string? client, EntryId? table = null)
    {
        var answers = await _host.StreamAsync<ScanTableRequest, ScanTableResponse>("ScanTable", new() { TableId = table ?? Table }, Client(client));
        return answers.Single().DataframePart.ToBatch("answer");
    }
}

using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using DatasetKind = Strata.Contracts.DatasetKind;

namespace Strata.Catalog;

/// <summary>The one table there is. Source: catalog-protocol §2.16, §5.1.</summary>
internal sealed partial class RerunCloudService
{
    private const string NoTables =
        "this catalog keeps no tables of its own: it has datasets, and the table '__entries'. Keep a table beside it (Lance, Parquet) and join it in DataFusion";

    public override async Task<ReadTableEntryResponse> ReadTableEntry(ReadTableEntryRequest request, ServerCallContext context)
    {
        var id = EntryAddress.RequireId(context, request.Id);
        return id == SystemEntry.Id ? new() { Table = await _systemEntry.ToMessageAsync(context.CancellationToken) } : throw EntryAddress.NotFound(id);
    }

    public override Task<GetTableSchemaResponse> GetTableSchema(GetTableSchemaRequest request, ServerCallContext context)
    {
        RequireEntriesTable(context, request.TableId);
        return Task.FromResult(new GetTableSchemaResponse { Schema = EntriesTable.SchemaFor(ClientGeneration.Of(context)).ToMessage() });
    }

    public override async Task ScanTable(ScanTableRequest request, IServerStreamWriter<ScanTableResponse> responseStream, ServerCallContext context)
    {
        RequireEntriesTable(context, request.TableId);
        var datasets = await Ports.ReadModels.Entries.ListAsync(Enum.GetValues<DatasetKind>(), context.CancellationToken);
        var access = context.Access();
        var table = EntriesTable.Build(ClientGeneration.Of(context), [.. datasets.Where(d => access.CanRead(d.Owner))], await _systemEntry.CreatedAtNsAsync(context.CancellationToken));
        await responseStream.WriteAsync(new ScanTableResponse { DataframePart = table.ToPart() }, context.CancellationToken);
    }

    public override Task<CreateTableEntryResponse> CreateTableEntry(CreateTableEntryRequest request, ServerCallContext context) => throw Unimplemented();

    public override Task<RegisterTableResponse> RegisterTable(RegisterTableRequest request, ServerCallContext context) => throw Unimplemented();

    public override Task<UpdateTableEntryResponse> UpdateTableEntry(UpdateTableEntryRequest request, ServerCallContext context) => throw Unimplemented();

    public override Task<WriteTableResponse> WriteTable(IAsyncStreamReader<WriteTableRequest> requestStream, ServerCallContext context) => throw Unimplemented();

    private static void RequireEntriesTable(ServerCallContext context, EntryId? body)
    {
        var id = EntryAddress.RequireId(context, body);
        if (id != SystemEntry.Id)
        {
            throw CatalogException.NotFound($"Entry with ID {EntryIdText.Of(id)} not found");
        }
    }

    private static CatalogException Unimplemented() => new(StatusCode.Unimplemented, NoTables);
}

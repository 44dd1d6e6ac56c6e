using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using static Strata.Catalog.Tests.Entries.EntryClient;

namespace Strata.Catalog.Tests.Registration;

internal sealed record RegisteredRow(string Segment, string Layer, string Url, string Task);

internal sealed record TaskState(string Id, string Status, string? Messages);

/// <summary>The calls of registration in the words of a test.</summary>
internal static class RegistrationClient
{
    public const string OldClient = "rerun-py/0.36.2";
    public const string NewClient = "rerun-py/0.41.0";

    public static DataSource Source(string path, string? layer = null, bool prefix = false)
    {
        var source = new DataSource { StorageUrl = path.Contains(':', StringComparison.Ordinal) ? path : new Uri(path).AbsoluteUri, Typ = DataSourceKind.Rrd, Prefix = prefix };
        if (layer is not null)
        {
            source.Layer = layer;
        }

        return source;
    }

    public static Task<IReadOnlyList<RegisteredRow>> RegisterAsync(this CatalogHost host, EntryId dataset, params DataSource[] sources) =>
        host.RegisterAsync(dataset, IfDuplicateBehavior.Error, NewClient, sources);

    public static async Task<IReadOnlyList<RegisteredRow>> RegisterAsync(this CatalogHost host, EntryId dataset, IfDuplicateBehavior onDuplicate, string client, params DataSource[] sources)
    {
        var request = new RegisterWithDatasetRequest { OnDuplicate = onDuplicate, DataSources = { sources } };
        var answer = await host.CallAsync<RegisterWithDatasetRequest, RegisterWithDatasetResponse>(
            "RegisterWithDataset", request, ("x-rerun-entry-id", HexOf(dataset)), ("x-rerun-client-version", client));
        var table = answer.Data.ToBatch("answer");
        table.Schema.FieldsList.Select(f => (f.Name, f.DataType, f.IsNullable)).ShouldBe(
            from name in (string[])["rerun_segment_id", "rerun_segment_layer", "rerun_segment_type", "rerun_storage_url", "rerun_task_id"] select (name, (ArrowType)StringType.Default, false));
        return [.. Enumerable.Range(0, table.Length).Select(row => new RegisteredRow(Text(table, 0, row)!, Text(table, 1, row)!, Text(table, 3, row)!, Text(table, 4, row)!))];
    }

    public static async Task<IReadOnlyList<TaskState>> CompletedAsync(this CatalogHost host, IEnumerable<string> ids, string client = NewClient)
    {
        var request = new QueryTasksOnCompletionRequest { Ids = { ids.Select(id => new TaskId { Id = id }) }, Timeout = new() { Seconds = 3_600 } };
        var answers = await host.StreamAsync<QueryTasksOnCompletionRequest, QueryTasksOnCompletionResponse>("QueryTasksOnCompletion", request, ("x-rerun-client-version", client));
        return [.. answers.SelectMany(a => Rows(a.Data.ToBatch("answer")))];
    }

    public static async Task<RecordBatch> TaskTableAsync(this CatalogHost host, string client, params string[] ids)
    {
        var request = new QueryTasksRequest { Ids = { ids.Select(id => new TaskId { Id = id }) } };
        return (await host.CallAsync<QueryTasksRequest, QueryTasksResponse>("QueryTasks", request, ("x-rerun-client-version", client))).Data.ToBatch("answer");
    }

    public static async Task<UnregisterFromDatasetResponse> UnregisterAsync(this CatalogHost host, EntryId dataset, string[] segments, string[] layers)
    {
        var request = new UnregisterFromDatasetRequest { SegmentsToDrop = { segments.Select(s => new SegmentId { Id = s }) }, LayersToDrop = { layers } };
        return (await host.StreamAsync<UnregisterFromDatasetRequest, UnregisterFromDatasetResponse>("UnregisterFromDataset", request, ("x-rerun-entry-id", HexOf(dataset)))).Single();
    }

    public static IEnumerable<TaskState> Rows(RecordBatch table) =>
        Enumerable.Range(0, table.Length).Select(row => new TaskState(Text(table, 0, row)!, Text(table, 3, row)!, Text(table, 4, row)));

    /// <summary>Segment and layers, as they stand in the tables.</summary>
    public static async Task<IReadOnlyList<(string Segment, string Layer)>> LayersAsync(this CatalogHost host, EntryId dataset)
    {
        var manifest = await host.Ports.ReadModels.Manifest.ReadAsync(Catalog.Entries.EntryIds.ToDatasetId(dataset), new(), TestContext.Current.CancellationToken);
        return [.. Enumerable.Range(0, manifest.Length).Select(row => (Text(manifest, 1, row)!, Text(manifest, 0, row)!))];
    }

    private static string? Text(RecordBatch table, int column, int row) => ((StringArray)table.Column(column)).GetString(row);
}

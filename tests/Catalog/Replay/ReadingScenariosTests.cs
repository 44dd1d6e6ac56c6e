namespace Strata.Catalog.Tests.Replay;

/// <summary>What the real clients said to the real servers about tables, queries, chunks and manifests, said to this one. Source: catalog-protocol §12.</summary>
public sealed class ReadingScenariosTests
{
    private const string OfEntries = "tested with the scenarios of entries";
    private const string OfRegistration = "tested with the scenarios of registration";
    private const string NoTables = "tables are not served";
    private const string TooLarge = "ten terabytes are more than this server takes, and it says so before they are sent";
    private const string OtherKeys = "keys of this server have another form: one of Rerun's is none";
    private const string AlwaysStarts = "starts are told for all timelines, also to who asks for unknown segments only: clients join the answers of several calls";

    private static readonly string[] OthersAnswer =
        ["UpdateEntry", "DeleteEntry", "UpdateDatasetEntry", "QueryTasks", "QueryTasksOnCompletion", "CancelTasks", "WriteChunks", "UnregisterFromDataset", "FindEntries", "ReadDatasetEntry"];

    private static readonly string[] NotServed =
        ["ScanTable", "GetTableSchema", "WriteTable", "RegisterTable", "CreateTableEntry"];

    private static readonly WireRules Probe = new()
    {
        Skipped = OthersAnswer.Select(m => (m, OfRegistration)).Concat(NotServed.Select(m => (m, NoTables)))
            .Append(("002-CreateDatasetEntry", OfEntries)).Append(("005-CreateDatasetEntry", OfEntries)).ToDictionary(s => s.Item1, s => s.Item2),
    };

    private static readonly Dictionary<string, WireRules> Known = new()
    {
        ["0.36.2/probe"] = Probe with
        {
            Client = "rerun-py/0.36.2",
            Skipped = Probe.Skipped.Append(new("093-FetchChunks", OtherKeys)).ToDictionary(),
            Different = new Dictionary<string, string> { ["076-QueryDataset"] = AlwaysStarts },
            Texts = new Dictionary<string, string> { ["092-FetchChunks"] = "Failed to decode chunk key: expected 29 bytes, found 7" },
        },
        ["0.41.0/probe"] = Probe with
        {
            Skipped = Probe.Skipped.Append(new("096-FetchChunks", OtherKeys)).Append(new("145-GetWriteAccessGrant", TooLarge)).ToDictionary(),
            Texts = new Dictionary<string, string>
            {
                ["094-FetchChunks"] = "QueryDatasetDataframe: Missing required column \"chunk_key\"",
                ["095-FetchChunks"] = "Failed to decode chunk key: expected 29 bytes, found 7",
                ["097-FetchChunks"] = "QueryDatasetDataframe: Column \"chunk_key\" has 1 null(s)",
            },
        },
    };

    [Theory]
    [InlineData("0.36.2", "tables_views")]
    [InlineData("0.36.2", "reader")]
    [InlineData("0.36.2", "steps_narrowing")]
    [InlineData("0.36.2", "segment_store")]
    [InlineData("0.36.2", "dict_component")]
    [InlineData("0.36.2", "extra")]
    [InlineData("0.36.2", "written_by_041")]
    [InlineData("0.36.2", "probe")]
    [InlineData("0.41.0", "tables_views")]
    [InlineData("0.41.0", "reader")]
    [InlineData("0.41.0", "steps_narrowing")]
    [InlineData("0.41.0", "segment_store")]
    [InlineData("0.41.0", "dict_component")]
    [InlineData("0.41.0", "extra")]
    [InlineData("0.41.0", "written_by_041")]
    [InlineData("0.41.0", "probe")]
    public async Task A_recorded_conversation_gets_the_recorded_answers(string generation, string scenario)
    {
        await using var host = await CatalogHost.StartAsync();

        var rules = Known.GetValueOrDefault($"{generation}/{scenario}", new WireRules());

        var differences = await new WireReplay(host.Channel, rules).RunAsync(WireScenario.Load(generation, scenario), TestContext.Current.CancellationToken);

        differences.ShouldBeEmpty();
    }
}

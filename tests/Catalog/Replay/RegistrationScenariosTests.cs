namespace Strata.Catalog.Tests.Replay;

/// <summary>What the real clients said to the real servers about registration, said to this one. Source: catalog-protocol §12.</summary>
public sealed class RegistrationScenariosTests
{
    private const string TruncatedIsRefused = "0.36 registers of a truncated file what it can read; here it is refused and set aside, as 0.41 refuses it";
    private const string NothingOfTheBatchStays = "0.36 keeps the earlier files of a batch that it refuses; here nothing of it is registered";
    private const string SchemaWords = "the reason of a schema conflict names the whole path of the field, not arrow-rs' words for its innermost type";
    private const string GluedIsRead = "two whole files glued together are read stream by stream; Rerun's server looks only at the last footer and refuses";

    private static readonly string Inputs = Path.Combine(WireScenario.Root, "inputs");

    private static readonly Dictionary<string, string> OfReading = new[] { "GetRrdManifest", "FetchChunks", "QueryDataset", "FindChunks", "GetSchemas" }
        .ToDictionary(method => method, _ => "tested with the scenarios of reading");

    private static readonly Dictionary<string, WireRules> Known = new()
    {
        ["0.36.2/register_many"] = Rules(skipped: [("024-RegisterWithDataset", GluedIsRead)], texts: [("013-RegisterWithDataset", "no rrd files found in file:///")]),
        ["0.41.0/register_many"] = Rules(skipped: [("024-RegisterWithDataset", GluedIsRead)], texts: [("013-RegisterWithDataset", "no rrd files found in file:///")]),
        ["0.36.2/register_errors"] = Rules(
            skipped: [("006-RegisterWithDataset", TruncatedIsRefused), ("007-QueryTasksOnCompletion", TruncatedIsRefused)],
            different:
            [
                ("014-ScanSegmentTable", TruncatedIsRefused), ("016-ScanSegmentTable", TruncatedIsRefused), ("035-ScanSegmentTable", TruncatedIsRefused),
                ("024-QueryTasksOnCompletion", SchemaWords), ("027-QueryTasksOnCompletion", SchemaWords),
            ]),
        ["0.41.0/register_errors"] = Rules(different: [("023-QueryTasksOnCompletion", SchemaWords), ("026-QueryTasksOnCompletion", SchemaWords)]),
        ["0.36.2/duplicates"] = Rules(
            different: [.. ((string[])["006", "008", "014", "018"]).Select(call => ($"{call}-ScanSegmentTable", NothingOfTheBatchStays))]),
    };

    [Theory]
    [InlineData("0.36.2", "register_one")]
    [InlineData("0.36.2", "register_many")]
    [InlineData("0.36.2", "register_errors")]
    [InlineData("0.36.2", "duplicates")]
    [InlineData("0.36.2", "unregister")]
    [InlineData("0.36.2", "assets")]
    [InlineData("0.41.0", "register_one")]
    [InlineData("0.41.0", "register_many")]
    [InlineData("0.41.0", "register_errors")]
    [InlineData("0.41.0", "duplicates")]
    [InlineData("0.41.0", "unregister")]
    [InlineData("0.41.0", "assets")]
    [InlineData("0.41.0", "segment_properties")]
    public async Task A_recorded_conversation_gets_the_recorded_answers(string generation, string scenario)
    {
        await using var host = await CatalogHost.StartAsync();
        var empty = Directory.CreateTempSubdirectory("strata-empty-");
        var rules = Known.GetValueOrDefault($"{generation}/{scenario}", Rules()) with { Inputs = Inputs, EmptyFolder = empty.FullName };

        var differences = await new WireReplay(host.Channel, rules).RunAsync(WireScenario.Load(generation, scenario), TestContext.Current.CancellationToken);

        differences.ShouldBeEmpty();
        empty.Delete();
    }

    /// <summary>Its server was started with the dataset, as the how-to says.</summary>
    [Theory]
    [InlineData("0.36.2")]
    [InlineData("0.41.0")]
    public async Task The_recorded_how_to_gets_the_recorded_answers(string generation)
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host, "sample_dataset");
        await dataset.RegisterAsync([.. Directory.GetFiles(Path.Combine(Inputs, "sample_5"), "*.rrd").Order(StringComparer.Ordinal)]);

        var differences = await new WireReplay(host.Channel, Rules() with { Inputs = Inputs }).RunAsync(WireScenario.Load(generation, "howto_layers"), TestContext.Current.CancellationToken);

        differences.ShouldBeEmpty();
    }

    private static WireRules Rules((string Call, string Why)[]? skipped = null, (string Call, string Why)[]? different = null, (string Call, string Part)[]? texts = null) => new()
    {
        Skipped = OfReading.Concat((skipped ?? []).ToDictionary(s => s.Call, s => s.Why)).ToDictionary(),
        Different = (different ?? []).ToDictionary(d => d.Call, d => d.Why),
        Texts = (texts ?? []).ToDictionary(t => t.Call, t => t.Part),
    };
}

namespace Strata.Catalog.Tests.Replay;

/// <summary>
/// What a client of one generation said to the server of the other. This server answers each by its own generation, so here the client's words come in the name of the
/// other one: whatever form a request has, the answers are those of the server that was recorded. Source: catalog-protocol §11.
/// </summary>
public sealed class MixedGenerationsTests
{
    private const string NotIn036 = "0.36's server did not have it; here it is served whoever asks";
    private const string NothingOfTheBatchStays = "0.36 keeps the earlier files of a batch that it refuses; here nothing of it is registered";

    private static readonly Dictionary<string, string> Newer = new[] { "SetSegmentProperties", "GetSegmentProperties", "DeleteSegmentProperties", "GetSchemas" }.ToDictionary(method => method, _ => NotIn036);

    private static readonly Dictionary<string, WireRules> Known = new()
    {
        ["client0.41.0-server0.36.2/assets"] = new() { Skipped = Newer },
        ["client0.41.0-server0.36.2/tables_views"] = new() { Skipped = Newer },
        ["client0.41.0-server0.36.2/duplicates"] = new()
        {
            Different = new[] { "006", "008", "014", "018" }.ToDictionary(call => $"{call}-ScanSegmentTable", _ => NothingOfTheBatchStays),
        },
    };

    [Theory]
    [InlineData("client0.36.2-server0.41.0", "duplicates")]
    [InlineData("client0.36.2-server0.41.0", "steps_narrowing")]
    [InlineData("client0.41.0-server0.36.2", "assets")]
    [InlineData("client0.41.0-server0.36.2", "duplicates")]
    [InlineData("client0.41.0-server0.36.2", "steps_narrowing")]
    [InlineData("client0.41.0-server0.36.2", "tables_views")]
    public async Task The_words_of_one_generation_get_the_answers_of_the_other_when_they_come_in_its_name(string recorded, string scenario)
    {
        await using var host = await CatalogHost.StartAsync();
        var rules = Known.GetValueOrDefault($"{recorded}/{scenario}", new WireRules()) with { Poses = $"rerun-py/{recorded.Split("server")[1]}" };

        var differences = await new WireReplay(host.Channel, rules).RunAsync(WireScenario.Load(recorded, scenario), TestContext.Current.CancellationToken);

        differences.ShouldBeEmpty();
    }
}

namespace Strata.Catalog.Tests.Replay;

/// <summary>What the real clients said to the real servers about registration, said to this one. Source: catalog-protocol §12.</summary>
public sealed class RegistrationScenariosTests
{
    private static readonly string Inputs = Path.Combine(WireScenario.Root, "inputs");

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
        var rules = new WireRules { Inputs = Inputs };

        var differences = await new WireReplay(host.Channel, rules).RunAsync(WireScenario.Load(generation, scenario), TestContext.Current.CancellationToken);

        differences.ShouldBeEmpty();
    }
}

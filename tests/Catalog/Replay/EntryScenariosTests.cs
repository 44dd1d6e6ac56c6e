using System.Reflection;

namespace Strata.Catalog.Tests.Replay;

/// <summary>What the real clients said to the real servers about entries, said to this one. Source: catalog-protocol §12.</summary>
public sealed class EntryScenariosTests
{
    /// <summary>RPCs that have no handler are not asked for: what they would have changed, no later call of these scenarios needs.</summary>
    private static readonly Dictionary<string, string> WithoutHandler = Protocol.RerunCloudService.Descriptor.Methods.Select(m => m.Name)
        .Where(name => typeof(RerunCloudService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly) is null)
        .ToDictionary(name => name, _ => "it has no handler");

    [Theory]
    [InlineData("0.36.2", "connect")]
    [InlineData("0.36.2", "entries")]
    [InlineData("0.36.2", "blueprints")]
    [InlineData("0.41.0", "connect")]
    [InlineData("0.41.0", "entries")]
    [InlineData("0.41.0", "blueprints")]
    [InlineData("0.36.2", "maintenance")]
    [InlineData("0.41.0", "maintenance")]
    [InlineData("0.36.2", "token")]
    [InlineData("0.41.0", "token")]
    [InlineData("0.36.2", "idle_keepalive")]
    [InlineData("0.41.0", "idle_keepalive")]
    public async Task A_recorded_conversation_gets_the_recorded_answers(string generation, string scenario)
    {
        await using var host = await CatalogHost.StartAsync();
        var rules = new WireRules { Skipped = WithoutHandler, HasLeftovers = scenario == "entries" };

        var differences = await new WireReplay(host.Channel, rules).RunAsync(WireScenario.Load(generation, scenario), TestContext.Current.CancellationToken);

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_answers_otherwise_is_found_out()
    {
        await using var host = await CatalogHost.StartAsync();
        var replay = new WireReplay(host.Channel, new WireRules { Skipped = WithoutHandler, HasLeftovers = true });
        var scenario = WireScenario.Load("0.41.0", "entries");
        (await replay.RunAsync(scenario, TestContext.Current.CancellationToken)).ShouldBeEmpty();

        // The same names once more: they are taken now.
        (await replay.RunAsync(scenario, TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
    }
}

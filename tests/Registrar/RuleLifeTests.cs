using Strata.Contracts;

namespace Strata.Registrar.Tests;

/// <summary>Rules over a real log: what is one append, and what a late result meets.</summary>
public sealed class RuleLifeTests
{
    [Fact]
    public async Task Rules_are_applied_in_one_append_and_a_dry_run_appends_nothing()
    {
        await using var world = await World.OpenAsync();
        var dataset = await CreateAsync(world);
        var command = new ApplyRules(dataset, [Define("b", "b", "a"), Define("a", "a", "base")], [], World.Someone);

        (await world.Registrar.ApplyRulesAsync(command with { DryRun = true }, World.Token)).Declared.Select(d => d.Rule).ShouldBe(["a", "b"]);
        (await world.LogAsync()).ShouldNotContain(e => e.Event is RuleDeclared);
        var outcome = await world.Registrar.ApplyRulesAsync(command, World.Token);

        var log = await world.LogAsync();
        log.TakeLast(2).Select(e => e.Event).OfType<RuleDeclared>().Select(d => d.Rule).ShouldBe(["a", "b"]);
        log.TakeLast(2).Select(e => e.CommandId).Distinct().Count().ShouldBe(1);
        outcome.Position.ShouldBe(log[^1].Position);
        (await world.Registrar.ApplyRulesAsync(command, World.Token)).Declared.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_retired_rule_is_retired_once_and_comes_back_as_the_next_revision()
    {
        await using var world = await World.OpenAsync();
        var dataset = await CreateAsync(world);
        await world.Registrar.DeclareRuleAsync(new(dataset, Define("a", "a", "base"), World.Someone), World.Token);

        (await world.Registrar.RetireRuleAsync(new(dataset, "a", RemoveLayers: false, World.Someone), World.Token)).Retired.ShouldBeTrue();
        (await world.Registrar.RetireRuleAsync(new(dataset, "a", RemoveLayers: true, World.Someone), World.Token)).ShouldBe(new(Retired: false, Removed: 0, (await world.LogAsync())[^1].Position));
        (await world.Registrar.DeclareRuleAsync(new(dataset, Define("a", "a", "base"), World.Someone), World.Token)).Revision.ShouldBe(2);
        (await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.RetireRuleAsync(new(dataset, "z", RemoveLayers: false, World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.NotFound);
    }

    private static async Task<DatasetId> CreateAsync(World world) =>
        (await world.Registrar.CreateDatasetAsync(new CreateDataset("arm", KeepMode.Auto, [], World.Someone), World.Token)).Dataset;

    private static RuleDefinition Define(string rule, string output, params string[] inputs) => new(rule, rule, [.. inputs], output, CanonicalJson.EmptyObject);
}

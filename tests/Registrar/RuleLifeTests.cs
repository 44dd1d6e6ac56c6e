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

    [Fact]
    public async Task An_adopted_layer_goes_and_its_rule_works_again_in_one_append_and_a_second_time_nothing_is_given()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RegisterAsync(world, "base", "a");
        await world.Registrar.DeclareRuleAsync(new(dataset, Define("a", "a", "base"), World.Someone), World.Token);

        (await world.Registrar.AdoptLayerAsync(new(dataset, "s", "a", World.Someone), World.Token)).ShouldBe(new("a", Adopted: true, (await world.LogAsync())[^1].Position));

        var log = await world.LogAsync();
        log.TakeLast(2).Select(e => e.Type).ShouldBe(["layer_unregistered", "rule_resumed"]);
        log.TakeLast(2).Select(e => e.CommandId).Distinct().Count().ShouldBe(1);
        (await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.AdoptLayerAsync(new(dataset, "s", "a", World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.NotFound);
    }

    [Fact]
    public async Task A_rule_is_suppressed_once_resumed_once_and_only_on_a_segment_that_is_there()
    {
        await using var world = await World.OpenAsync();
        var dataset = await RegisterAsync(world, "base");
        await world.Registrar.DeclareRuleAsync(new(dataset, Define("a", "a", "base"), World.Someone), World.Token);
        var suppress = new SuppressRule(dataset, "a", "s", "calibration run");

        (await world.Registrar.SuppressRuleAsync(suppress, World.Token)).ShouldBeTrue();
        (await world.Registrar.SuppressRuleAsync(suppress, World.Token)).ShouldBeFalse();
        (await world.Registrar.ResumeRuleAsync(dataset, "a", "s", World.Someone, World.Token)).ShouldBeTrue();
        (await world.Registrar.ResumeRuleAsync(dataset, "a", "s", World.Someone, World.Token)).ShouldBeFalse();

        (await world.LogAsync()).TakeLast(2).Select(e => e.Type).ShouldBe(["rule_suppressed", "rule_resumed"]);
        var nowhere = await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.SuppressRuleAsync(suppress with { Segment = "z" }, World.Token));
        (nowhere.Kind, nowhere.Message.Contains("has no segment 'z'", StringComparison.Ordinal)).ShouldBe((RefusalKind.NotFound, true));
        (await Should.ThrowAsync<CommandRefusedException>(() => world.Registrar.ResumeRuleAsync(dataset, "a", "z", World.Someone, World.Token))).Kind.ShouldBe(RefusalKind.NotFound);
    }

    /// <summary>Segment <c>s</c> with these layers.</summary>
    private static async Task<DatasetId> RegisterAsync(World world, params string[] layers)
    {
        foreach (var layer in layers)
        {
            await world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, world.File($"{layer}.rrd", TestSupport.Recordings.Scalars("s"))) with { Layer = layer }, null, World.Token);
        }

        return (await world.EventsAsync<DatasetCreated>())[0].Dataset;
    }

    private static async Task<DatasetId> CreateAsync(World world) =>
        (await world.Registrar.CreateDatasetAsync(new CreateDataset("arm", KeepMode.Auto, [], World.Someone), World.Token)).Dataset;

    private static RuleDefinition Define(string rule, string output, params string[] inputs) => new(rule, rule, [.. inputs], output, CanonicalJson.EmptyObject);
}
